package org.zoopress.method.dictionarypair;

import java.util.function.IntUnaryOperator;
import org.zoopress.tensor.Shape;

/** Size by the counting of Gao et al. 2021: k(m + n) numbers of two bytes a block, no headers. */
final class PaperCounting {
  private static final int BYTES_PER_NUMBER = 2;

  private PaperCounting() {}

  /**
   * @param columns n
   * @param words k of each block
   */
  static long bytes(RowBlocks blocks, long columns, IntUnaryOperator words) {
    long numbers = 0;
    for (int b = 0; b < blocks.count(); b++) {
      numbers += words.applyAsInt(b) * (blocks.rows(b) + columns);
    }
    return BYTES_PER_NUMBER * numbers;
  }

  /** Bytes of a weight whose blocks all get the words asked for, whatever their rank. */
  static long bytes(Shape shape, PerLayerKind blockRows, PerLayerKind words) {
    LayerKind kind = LayerKind.of(shape);
    int rows = Math.toIntExact(shape.rowElements());
    RowBlocks blocks = RowBlocks.within(rows, blockRows.of(kind));
    return bytes(blocks, shape.rows(), b -> words.of(kind));
  }
}
