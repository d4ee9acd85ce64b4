package org.zoopress.method.rotatedtrellis;

import org.zoopress.method.VectorModule;

/**
 * The loop in which the Viterbi search spends its time. Both implementations do the same fused
 * multiply-adds and give the same bits.
 */
interface TrellisKernels {
  /** Numbers that a row of costs is padded to, at least. */
  int PADDING = 16;

  /**
   * One weight: from the costs of all states before it to those before the next.
   *
   * <p>A row of costs holds, for the next shift k, entry q: the least cost of the paths whose state
   * has q in its low L−k bits, so that states q·2^k … q·2^k + 2^k−1 follow. For each q below
   * 2^(L−k'):
   *
   * <pre>  row'[q] = min_j row[p ≫ k] + (amplitude · values[p] − target)²,   p = q + j·2^(L−k')
   * </pre>
   *
   * @param values 2^L numbers, what the states mean
   * @param costs holds both rows, not overlapping; no cost is negative
   * @param from start of the row before
   * @param shift k, bits shifted in at this weight
   * @param to start of the row after
   * @param nextShift k', bits shifted in at the next weight
   */
  void advance(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int shift,
      int to,
      int nextShift);

  /** The kernels of this JVM: SIMD where the incubator module of the Vector API is loaded. */
  static TrellisKernels get() {
    return Holder.CHOSEN;
  }

  /** Chooses once. */
  final class Holder {
    private static final TrellisKernels CHOSEN =
        VectorModule.isPresent(TrellisKernels.class, "Trellis search")
            ? new VectorTrellisKernels()
            : new ScalarTrellisKernels();

    private Holder() {}
  }
}
