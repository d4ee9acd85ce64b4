package org.zoopress.method.additive;

import java.util.SplittableRandom;

/** Lloyd's algorithm, the start of a codebook; good codewords come from what follows. */
final class KMeans {
  private static final int ROUNDS = 8;

  private KMeans() {}

  /**
   * One codebook for the vectors, from K of them chosen at random.
   *
   * @param vectors n×d, n at least 1
   */
  static Codebooks fit(
      CodewordKernels kernels, float[] vectors, CodeShape shape, SplittableRandom random) {
    int d = shape.dimension();
    int count = vectors.length / d;
    float[] values = new float[shape.values()];
    for (int k = 0; k < shape.codewords(); k++) {
      System.arraycopy(vectors, random.nextInt(count) * d, values, k * d, d);
    }
    Codebooks codebook = new Codebooks(shape, values);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] codes =
          new CodeSearch(codebook, SearchParams.DEFAULT, kernels).encode(vectors, /* seed */ 0);
      codebook = means(vectors, codes, shape, random);
    }
    return codebook;
  }

  private static Codebooks means(
      float[] vectors, byte[] codes, CodeShape shape, SplittableRandom random) {
    int d = shape.dimension();
    int[] counts = new int[shape.codewords()];
    double[] sums = new double[shape.values()];
    for (int i = 0; i < codes.length; i++) {
      int k = codes[i] & 0xFF;
      counts[k]++;
      for (int j = 0; j < d; j++) {
        sums[k * d + j] += vectors[i * d + j];
      }
    }
    float[] values = new float[sums.length];
    for (int k = 0; k < counts.length; k++) {
      int stray = counts[k] == 0 ? random.nextInt(codes.length) * d : 0;
      for (int j = 0; j < d; j++) {
        values[k * d + j] =
            counts[k] == 0 ? vectors[stray + j] : (float) (sums[k * d + j] / counts[k]);
      }
    }
    return new Codebooks(shape, values);
  }
}
