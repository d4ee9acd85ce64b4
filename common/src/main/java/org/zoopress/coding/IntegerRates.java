package org.zoopress.coding;

/**
 * What indices would cost at each position, for encoders that weigh bits against error.
 *
 * <p>Contexts are those that an earlier choice of points gives: an encoder repeats choosing and
 * measuring a few times, because contexts and choice depend on each other.
 */
public final class IntegerRates {
  /** Indices with costs in the table; farther ones are added up from their decisions. */
  private static final int TABLE_REACH = 15;

  private static final int TABLE_SIZE = 2 * TABLE_REACH + 1;

  private final IntegerModels models;
  private final int quantizers;
  // Context and mirroring of each position: 2 · context + mirrored.
  private final short[] contexts;
  private final float[] table;

  private IntegerRates(IntegerModels models, Trellis trellis, short[] contexts) {
    this.models = models;
    this.quantizers = trellis == Trellis.NONE ? 1 : 2;
    this.contexts = contexts;
    this.table = new float[2 * IntegerContext.CONTEXTS * quantizers * TABLE_SIZE];
    boolean[] used = new boolean[2 * IntegerContext.CONTEXTS];
    for (short context : contexts) {
      used[context] = true;
    }
    for (int context = 0; context < used.length; context++) {
      if (used[context]) {
        fillTable(context);
      }
    }
  }

  private void fillTable(int context) {
    for (int quantizer = 0; quantizer < quantizers; quantizer++) {
      int base = (context * quantizers + quantizer) * TABLE_SIZE + TABLE_REACH;
      for (int index = -TABLE_REACH; index <= TABLE_REACH; index++) {
        table[base + index] = models.bits(context >>> 1, context & 1, quantizer, index);
      }
    }
  }

  /**
   * Costs before anything is learnt, in the contexts that the points give.
   *
   * @param points rough reconstruction points, which need not be a path through the trellis
   */
  public static IntegerRates expected(int[] points, IntegerLayout layout, Trellis trellis) {
    return walk(points, layout, trellis, false);
  }

  /**
   * Costs after learning from the points, in the contexts that they give.
   *
   * @param points a path through the trellis
   */
  public static IntegerRates measured(int[] points, IntegerLayout layout, Trellis trellis) {
    return walk(points, layout, trellis, true);
  }

  private static IntegerRates walk(
      int[] points, IntegerLayout layout, Trellis trellis, boolean learn) {
    IntegerModels models = IntegerModels.start(trellis);
    short[] contexts = new short[points.length];
    int length = IntegerCoder.segmentLength(layout);
    for (int from = 0; from < points.length; from += length) {
      int count = Math.min(length, points.length - from);
      IntegerContext near = new IntegerContext(count, layout);
      int state = 0;
      for (int i = from; i < from + count; i++) {
        contexts[i] = (short) (2 * near.context() + near.mirrored());
        if (learn) {
          int index = trellis.index(state, points[i]);
          models.learn(near.context(), near.mirrored(), trellis.quantizer(state), index);
          state = trellis.next(state, index);
        }
        near.learn(points[i]);
      }
    }
    return new IntegerRates(models, trellis, contexts);
  }

  /** Bits of the index at the position under the quantizer. */
  public float bits(int position, int quantizer, int index) {
    int context = contexts[position];
    if (index < -TABLE_REACH || index > TABLE_REACH) {
      return models.bits(context >>> 1, context & 1, quantizer, index);
    }
    return table[(context * quantizers + quantizer) * TABLE_SIZE + TABLE_REACH + index];
  }
}
