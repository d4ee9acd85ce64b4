package org.zoopress.coding;

/**
 * Adaptive coding of bytes: eight decisions down a binary tree whose nodes are the contexts, one
 * tree for each of up to 256 outer contexts.
 */
final class ByteModels {
  // Exponents of weights are stationary: slow forgetting, see BitModels.
  private static final int FAST_SHIFT = 6;
  private static final int SLOW_SHIFT = 10;
  private static final int TREE = 256;

  private final BitModels trees;

  ByteModels(int outerContexts) {
    trees = new BitModels(outerContexts * TREE, FAST_SHIFT, SLOW_SHIFT);
  }

  void encode(RangeEncoder encoder, int outer, int value) {
    int base = outer * TREE;
    int node = 1;
    for (int shift = 7; shift >= 0; shift--) {
      int bit = value >>> shift & 1;
      encoder.encode(trees, base + node, bit);
      node = 2 * node + bit;
    }
  }

  int decode(RangeDecoder decoder, int outer) {
    int base = outer * TREE;
    int node = 1;
    while (node < TREE) {
      node = 2 * node + decoder.decode(trees, base + node);
    }
    return node - TREE;
  }
}
