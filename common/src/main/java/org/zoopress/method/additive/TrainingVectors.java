package org.zoopress.method.additive;

import java.util.SplittableRandom;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** The vectors of weights that shared codebooks are trained on. */
public final class TrainingVectors {
  private TrainingVectors() {}

  /** Whether a weight can be cut into vectors of d numbers without many zeros. */
  public static boolean fits(Shape shape, int dimension) {
    return SharedSolver.fits(shape, dimension);
  }

  /** Number of a weight's vectors of d numbers. */
  public static long count(Shape shape, int dimension) {
    return SubVectors.of(shape, dimension).count();
  }

  /**
   * The most codewords, a power of two, whose codebooks take no more bits than the codes of so many
   * vectors; 0 if even the fewest do.
   */
  public static int codewords(long vectors, int dimension, AdditiveParams params) {
    return AdditiveSolver.affordableCodewords(vectors, dimension, params);
  }

  /**
   * A random choice of a weight's vectors at unit scale, in their order; every choice of so many is
   * equally likely.
   *
   * @param count at most {@link #count}
   * @param seed the same gives the same choice
   * @return count×d, cut off at ±512; nothing of a weight with values that are not finite
   */
  public static float[] sample(
      WeightPartition partition, int dimension, ScaleScope scope, int count, long seed) {
    float[] weights = partition.values();
    for (float weight : weights) {
      if (!Float.isFinite(weight)) {
        return new float[0];
      }
    }
    float[] vectors = UnitVectors.of(partition, scope, dimension).vectors(weights);
    int left = vectors.length / dimension;
    float[] chosen = new float[Math.multiplyExact(count, dimension)];
    SplittableRandom random = new SplittableRandom(seed);
    int wanted = count;
    for (int i = 0; wanted > 0; i++, left--) {
      // Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S.
      if (random.nextInt(left) < wanted) {
        for (int j = 0; j < dimension; j++) {
          chosen[(count - wanted) * dimension + j] = cutOff(vectors[i * dimension + j]);
        }
        wanted--;
      }
    }
    return chosen;
  }

  private static float cutOff(float value) {
    return Math.max(-FixedPoint.LARGEST, Math.min(FixedPoint.LARGEST, value));
  }
}
