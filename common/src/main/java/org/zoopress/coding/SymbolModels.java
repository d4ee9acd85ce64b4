package org.zoopress.coding;

/**
 * Adaptive coding of symbols of a fixed alphabet from expected frequencies: decisions down a binary
 * tree, each starting at the probability that the frequencies give it.
 */
public final class SymbolModels {
  // Codes of a weight are stationary: nothing is forgotten but by the slowest rate.
  private static final int SHIFT = BitModels.SLOWEST;

  private final int bits;
  private final BitModels tree;

  /**
   * @param bits log₂ of the number of symbols, 1 to 16
   * @param frequencies of each symbol up to a common factor, not negative; some positive
   * @param confidence symbols that the frequencies are worth, so that after as many more the coder
   *     goes half by its own; at least 1
   */
  public SymbolModels(int bits, double[] frequencies, double confidence) {
    int symbols = 1 << bits;
    if (frequencies.length != symbols) {
      throw new IllegalArgumentException(
          "%d frequencies of %d symbols".formatted(frequencies.length, symbols));
    }
    this.bits = bits;
    this.tree = new BitModels(symbols, SHIFT, SHIFT);
    double[] sums = new double[2 * symbols];
    System.arraycopy(frequencies, 0, sums, symbols, symbols);
    for (int node = symbols - 1; node > 0; node--) {
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
    for (int node = 1; node < symbols; node++) {
      double worth = confidence * sums[node] / sums[1];
      tree.prime(node, sums[2 * node + 1] / sums[node], (int) Math.rint(worth));
    }
  }

  /** Codes a symbol, then learns it. */
  public void encode(RangeEncoder encoder, int symbol) {
    int node = 1;
    for (int shift = bits - 1; shift >= 0; shift--) {
      int bit = symbol >>> shift & 1;
      encoder.encode(tree, node, bit);
      node = 2 * node + bit;
    }
  }

  /** Decodes a symbol, then learns it. */
  public int decode(RangeDecoder decoder) {
    int node = 1;
    for (int i = 0; i < bits; i++) {
      node = 2 * node + decoder.decode(tree, node);
    }
    return node - (1 << bits);
  }
}
