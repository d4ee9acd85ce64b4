package org.zoopress.method.secondorder;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A random choice of vectors that are given one after the other, equally likely each: algorithm R.
 *
 * @see <a href="https://doi.org/10.1145/3147.3165">Vitter, Random sampling with a reservoir,
 *     1985</a>
 */
final class VectorSample {
  private final int dimension;
  private final int most;
  private final SplittableRandom random;
  private float[] kept = new float[0];
  private int size;
  private long seen;

  VectorSample(int dimension, int most, long seed) {
    this.dimension = dimension;
    this.most = most;
    this.random = new SplittableRandom(seed);
  }

  /**
   * @param vectors n×d
   */
  void add(float[] vectors) {
    for (int from = 0; from < vectors.length; from += dimension) {
      seen++;
      long place = size < most ? size++ : random.nextLong(seen);
      if (place >= most) {
        continue;
      }
      int to = (int) place * dimension;
      if (to + dimension > kept.length) {
        int longer = Math.min(most, Math.max(1024, 2 * kept.length / dimension)) * dimension;
        kept = Arrays.copyOf(kept, longer);
      }
      System.arraycopy(vectors, from, kept, to, dimension);
    }
  }

  float[] vectors() {
    return Arrays.copyOf(kept, size * dimension);
  }
}
