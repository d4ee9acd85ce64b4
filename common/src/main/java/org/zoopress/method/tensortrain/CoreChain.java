package org.zoopress.method.tensortrain;

import java.util.List;

/**
 * A tensor train before its numbers are rounded, in the left-orthonormal gauge: the left unfoldings
 * (r_{k-1}·n_k)×r_k of all cores but the last have orthonormal columns, and the last core holds the
 * singular values, so that its rows are orthogonal with squared norms {@code bondEnergies.get(d -
 * 2)}.
 *
 * @param modes n_1 … n_d
 * @param ranks r_1 … r_{d-1}; empty cores (rank 0) stand for a tensor of zeros
 * @param cores G_k of shape (r_{k-1}, n_k, r_k) with r_0 = r_d = 1, row-major
 * @param bondEnergies for each k from 1 to d−1 the squared singular values that were kept there,
 *     descending
 * @param squaredError ‖W − Ŵ‖² in the units of the tensor that was decomposed
 */
public record CoreChain(
    int[] modes,
    int[] ranks,
    List<double[]> cores,
    List<double[]> bondEnergies,
    double squaredError) {

  /** Σ r_{k-1}·n_k·r_k. */
  public long numbers() {
    return numbers(modes, ranks);
  }

  /** Numbers in the cores of a train with these modes and ranks. */
  public static long numbers(int[] modes, int[] ranks) {
    long sum = 0;
    for (int k = 0; k < modes.length; k++) {
      sum += (long) rank(ranks, k) * modes[k] * rank(ranks, k + 1);
    }
    return sum;
  }

  /** r_k with r_0 = r_d = 1. */
  static int rank(int[] ranks, int k) {
    return k == 0 || k > ranks.length ? 1 : ranks[k - 1];
  }
}
