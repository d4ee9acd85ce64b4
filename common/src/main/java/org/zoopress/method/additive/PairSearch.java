package org.zoopress.method.additive;

/**
 * The best pair of codewords of two codebooks for a vector x, exactly: the smallest of all K²
 *
 * <pre>  ‖a_k‖² − 2x·a_k + ‖b_l‖² − 2x·b_l + 2a_k·b_l  =  ‖x − a_k − b_l‖² − ‖x‖² </pre>
 *
 * and the prices of both. The first two pairs of terms are computed once a vector, the last once a
 * pair of codebooks. All three are shifted to be non-negative, which moves no minimum; {@link
 * CodewordKernels#bestRow} needs it.
 */
final class PairSearch {
  private static final int POINTS = CodewordKernels.POINTS;

  private final CodewordKernels kernels;
  private final CodewordTable first;
  private final float[] pairCosts;
  private final CodewordTable second;
  private final float[] firstCosts;
  private final float[] secondCosts;

  /**
   * @param tables of both codebooks
   */
  PairSearch(CodewordKernels kernels, Codebooks codebooks, CodewordTable[] tables) {
    this.kernels = kernels;
    this.first = tables[0];
    this.second = tables[1];
    this.pairCosts = pairCosts(codebooks);
    this.firstCosts = new float[first.codewords() * POINTS];
    this.secondCosts = new float[second.codewords() * POINTS];
  }

  private static float[] pairCosts(Codebooks codebooks) {
    CodeShape shape = codebooks.shape();
    float[] values = codebooks.values();
    double[] costs = new double[shape.codewords() * shape.codewords()];
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < costs.length; i++) {
      int a = codebooks.offset(0, i / shape.codewords());
      int b = codebooks.offset(1, i % shape.codewords());
      for (int j = 0; j < shape.dimension(); j++) {
        costs[i] += 2.0 * values[a + j] * values[b + j];
      }
      least = Math.min(least, costs[i]);
    }
    float[] shifted = new float[costs.length];
    for (int i = 0; i < costs.length; i++) {
      shifted[i] = (float) (costs[i] - least);
    }
    return shifted;
  }

  /** Codes of the first codebook in the best pairs; those of the second follow by nearest. */
  void bestFirst(LanePoints points, int[] codes) {
    kernels.costs(first, points.transposed(), firstCosts);
    kernels.costs(second, points.transposed(), secondCosts);
    shiftToZero(firstCosts);
    shiftToZero(secondCosts);
    kernels.bestRow(firstCosts, secondCosts, pairCosts, codes);
  }

  private static void shiftToZero(float[] costs) {
    float[] least = new float[POINTS];
    System.arraycopy(costs, 0, least, 0, POINTS);
    for (int at = POINTS; at < costs.length; at += POINTS) {
      for (int p = 0; p < POINTS; p++) {
        least[p] = Math.min(least[p], costs[at + p]);
      }
    }
    for (int at = 0; at < costs.length; at += POINTS) {
      for (int p = 0; p < POINTS; p++) {
        costs[at + p] -= least[p];
      }
    }
  }
}
