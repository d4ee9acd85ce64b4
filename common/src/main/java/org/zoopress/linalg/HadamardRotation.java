package org.zoopress.linalg;

import java.util.SplittableRandom;

/**
 * A randomized Hadamard rotation Q: random signs, then a Walsh–Hadamard transform. It spreads every
 * entry over all entries at n log₂ n additions, so that what comes out is nearly Gaussian whatever
 * went in; ‖Qx‖ = ‖x‖.
 *
 * <p>Where the length n is no power of two, the largest power of two p below it is transformed
 * twice: entries 0 … p−1, then entries n−p … n−1 with new signs. The passes overlap, so every entry
 * is mixed, and nothing is padded.
 *
 * <p>Signs follow from the length and the seed. All operations are additions and multiplications of
 * floats in a fixed order: the same bits on every machine.
 *
 * @see <a href="https://doi.org/10.1137/060673096">Ailon and Chazelle, The Fast
 *     Johnson–Lindenstrauss Transform, SICOMP 39(1), 2009</a> (HD of their PHD)
 */
public final class HadamardRotation {
  private final int length;
  private final int block;
  private final float[] firstSigns;
  private final float[] secondSigns;

  /**
   * @param length n, at least 1
   * @param seed of the signs
   */
  public HadamardRotation(int length, long seed) {
    if (length < 1) {
      throw new IllegalArgumentException("a rotation of %d numbers".formatted(length));
    }
    this.length = length;
    this.block = Integer.highestOneBit(length);
    SplittableRandom random = new SplittableRandom(seed + length);
    float unit = (float) (1 / Math.sqrt(block));
    this.firstSigns = signs(random, unit);
    this.secondSigns = block == length ? new float[0] : signs(random, unit);
  }

  private float[] signs(SplittableRandom random, float unit) {
    float[] signs = new float[block];
    for (int i = 0; i < block; i++) {
      signs[i] = random.nextBoolean() ? unit : -unit;
    }
    return signs;
  }

  /**
   * Replaces x by Qx for each of {@code inner} interleaved vectors.
   *
   * @param data number i of vector j at {@code offset + i · inner + j}
   * @param inner number of vectors, at least 1
   */
  public void forward(float[] data, int offset, int inner) {
    scale(data, offset, inner, firstSigns);
    butterflies(data, offset, inner);
    if (secondSigns.length > 0) {
      int second = offset + (length - block) * inner;
      scale(data, second, inner, secondSigns);
      butterflies(data, second, inner);
    }
  }

  /** Inverse of {@link #forward}: x from Qx, that is Qᵀ. */
  public void inverse(float[] data, int offset, int inner) {
    if (secondSigns.length > 0) {
      int second = offset + (length - block) * inner;
      butterflies(data, second, inner);
      scale(data, second, inner, secondSigns);
    }
    butterflies(data, offset, inner);
    scale(data, offset, inner, firstSigns);
  }

  private static void scale(float[] data, int offset, int inner, float[] signs) {
    for (int i = 0; i < signs.length; i++) {
      float sign = signs[i];
      int from = offset + i * inner;
      for (int j = from; j < from + inner; j++) {
        data[j] *= sign;
      }
    }
  }

  private void butterflies(float[] data, int offset, int inner) {
    int end = offset + block * inner;
    for (int half = inner; half < block * inner; half *= 2) {
      for (int from = offset; from < end; from += 2 * half) {
        for (int i = from; i < from + half; i++) {
          float a = data[i];
          float b = data[i + half];
          data[i] = a + b;
          data[i + half] = a - b;
        }
      }
    }
  }
}
