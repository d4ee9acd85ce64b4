package org.zoopress.method.additive;

import org.zoopress.method.VectorModule;

/**
 * The loops in which code search spends its time, for {@link #POINTS} vectors at once: the lanes of
 * a SIMD register are points, so that nothing is ever summed across lanes.
 *
 * <p>Points lie transposed and padded: number j of point p at {@code j · POINTS + p}, j below the
 * padded dimension of the {@link CodewordTable}. Both implementations do the same operations in the
 * same order, with fused multiply-add, and give the same bits.
 */
interface CodewordKernels {
  /** Points of a call. */
  int POINTS = 16;

  /**
   * Index of the codeword with the smallest ‖c‖² − 2x·c for each point; of equal ones the first.
   *
   * @param points transposed, padded dimension × {@link #POINTS}
   * @param scratch at least K·{@link #POINTS} numbers, overwritten
   * @param nearest result, {@link #POINTS} indices
   */
  void nearest(CodewordTable table, float[] points, float[] scratch, int[] nearest);

  /**
   * ‖c‖² − 2x·c of every codeword.
   *
   * @param costs result, K × {@link #POINTS}
   */
  void costs(CodewordTable table, float[] points, float[] costs);

  /**
   * For each point the row k of the smallest rowCosts[k] + min_l (columnCosts[l] +
   * pairCosts[k][l]); of equal ones the first. No argument may be negative.
   *
   * @param rowCosts K × {@link #POINTS}
   * @param columnCosts L × {@link #POINTS}; L a multiple of 2
   * @param pairCosts K × L
   * @param best result, {@link #POINTS} row indices
   */
  void bestRow(float[] rowCosts, float[] columnCosts, float[] pairCosts, int[] best);

  /**
   * Inserts every codeword into the lists of the lanes where it is cheap enough, in order.
   *
   * @param costs K × {@link #POINTS}
   * @param partialCosts added to the costs of each lane
   * @param beam the partial code that the codewords extend
   */
  void offer(float[] costs, float[] partialCosts, int beam, BeamLists lists);

  /** The kernels of this JVM: SIMD where the incubator module of the Vector API is loaded. */
  static CodewordKernels get() {
    return Holder.CHOSEN;
  }

  /** Chooses once. */
  final class Holder {
    private static final CodewordKernels CHOSEN =
        VectorModule.isPresent(CodewordKernels.class, "Additive quantization")
            ? new VectorKernels()
            : new ScalarKernels();

    private Holder() {}
  }
}
