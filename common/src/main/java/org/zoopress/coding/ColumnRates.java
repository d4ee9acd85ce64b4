package org.zoopress.coding;

/**
 * What indices cost in each context of {@link ColumnContext}, for encoders that weigh bits against
 * error.
 */
public final class ColumnRates {
  /** Indices with costs in the table; farther ones are added up from their decisions. */
  private static final int TABLE_REACH = 15;

  private static final int TABLE_SIZE = 2 * TABLE_REACH + 1;

  private final IntegerModels models;
  private final int quantizers;
  private final float[] table;
  private final double total;

  private ColumnRates(IntegerModels models, Trellis trellis, double total) {
    this.models = models;
    this.quantizers = trellis == Trellis.NONE ? 1 : 2;
    this.total = total;
    this.table = new float[ColumnContext.CONTEXTS * quantizers * TABLE_SIZE];
    for (int context = 0; context < ColumnContext.CONTEXTS; context++) {
      for (int quantizer = 0; quantizer < quantizers; quantizer++) {
        int base = (context * quantizers + quantizer) * TABLE_SIZE + TABLE_REACH;
        for (int index = -TABLE_REACH; index <= TABLE_REACH; index++) {
          table[base + index] =
              models.bits(context * IntegerContext.LOCATIONS, 0, quantizer, index);
        }
      }
    }
  }

  /** Costs before anything is learnt. */
  public static ColumnRates expected(Trellis trellis) {
    return new ColumnRates(IntegerModels.start(trellis), trellis, 0);
  }

  /** Costs after learning from the points of a layer, a path through the trellis. */
  public static ColumnRates measured(ColumnCoder.Layer layer) {
    Trellis trellis = layer.trellis();
    IntegerModels models = IntegerModels.start(trellis);
    ColumnContext near = new ColumnContext(layer.layout());
    int outputs = layer.layout().outputs();
    int state = 0;
    int next = 0;
    double total = 0;
    for (int column = 0; column < layer.layout().columns(); column++) {
      near.startColumn();
      for (int o = 0; o < outputs; o++) {
        int point = layer.points()[next++];
        int index = trellis.index(state, point);
        int context = near.context() * IntegerContext.LOCATIONS;
        total += models.bits(context, 0, trellis.quantizer(state), index);
        models.learn(context, 0, trellis.quantizer(state), index);
        near.learn(point);
        state = trellis.next(state, index);
      }
      near.endColumn();
    }
    return new ColumnRates(models, trellis, total);
  }

  /** Bits of the points that were learnt from, coded alone. */
  public double total() {
    return total;
  }

  /** Bits of the index in the context under the quantizer. */
  public float bits(int context, int quantizer, int index) {
    if (index < -TABLE_REACH || index > TABLE_REACH) {
      return models.bits(context * IntegerContext.LOCATIONS, 0, quantizer, index);
    }
    return table[(context * quantizers + quantizer) * TABLE_SIZE + TABLE_REACH + index];
  }
}
