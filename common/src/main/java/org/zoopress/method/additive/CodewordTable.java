package org.zoopress.method.additive;

import java.util.Arrays;

/**
 * One codebook as {@link CodewordKernels} read it: −2c and ‖c‖² + the price of c, the dimension
 * filled up with zeros to a multiple of {@link #UNROLLED}, which changes no sum.
 */
final class CodewordTable {
  /** Dimensions that a kernel takes at a time. */
  static final int UNROLLED = 8;

  private final int codewords;
  private final int paddedDimension;
  private final float[] minusTwice;
  private final float[] costs;

  private CodewordTable(int codewords, int paddedDimension, float[] minusTwice, float[] costs) {
    this.codewords = codewords;
    this.paddedDimension = paddedDimension;
    this.minusTwice = minusTwice;
    this.costs = costs;
  }

  /** A codebook whose codewords cost nothing but error. */
  static CodewordTable of(Codebooks codebooks, int book) {
    return of(codebooks, book, new float[codebooks.shape().totalCodewords()]);
  }

  /**
   * @param prices of all M·K codewords, not negative
   */
  static CodewordTable of(Codebooks codebooks, int book, float[] prices) {
    int words = codebooks.shape().codewords();
    int d = codebooks.shape().dimension();
    int padded = paddedDimension(d);
    float[] minusTwice = new float[words * padded];
    float[] costs = new float[words];
    for (int k = 0; k < words; k++) {
      int from = codebooks.offset(book, k);
      double norm = 0;
      for (int j = 0; j < d; j++) {
        float c = codebooks.values()[from + j];
        minusTwice[k * padded + j] = -2 * c;
        norm += (double) c * c;
      }
      costs[k] = (float) (norm + prices[book * words + k]);
    }
    return new CodewordTable(words, padded, minusTwice, costs);
  }

  /** The tables of all codebooks. */
  static CodewordTable[] allOf(Codebooks codebooks, float[] prices) {
    CodewordTable[] tables = new CodewordTable[codebooks.shape().codebooks()];
    Arrays.setAll(tables, m -> of(codebooks, m, prices));
    return tables;
  }

  static int paddedDimension(int dimension) {
    return (dimension + UNROLLED - 1) / UNROLLED * UNROLLED;
  }

  int codewords() {
    return codewords;
  }

  int paddedDimension() {
    return paddedDimension;
  }

  /** −2c, codewords × padded dimension. */
  float[] minusTwice() {
    return minusTwice;
  }

  /** ‖c‖² of each codeword, and its price. */
  float[] costs() {
    return costs;
  }
}
