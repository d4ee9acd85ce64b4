package org.zoopress.method.secondorder;

import org.zoopress.coding.ColumnLayout;

/**
 * The columns of a layer cut into blocks of at most d: each output's weights of a block are one
 * vector. Blocks follow each other in the order in which they are quantized, frequency by frequency
 * or kernel by kernel, and hold equally many columns but for rounding; the last numbers of vectors
 * with fewer than d weights mean nothing.
 *
 * <p>Vector b·outputs + o is that of output o in block b.
 *
 * @param columns of the layer
 * @param kind which columns make a vector
 * @param dimension d
 */
record BlockLayout(ColumnLayout columns, BlockKind kind, int dimension) {
  /** Vectors may be so much longer than what they hold. */
  private static final double MOST_FILLING = 1.3;

  private boolean byKernel() {
    return kind == BlockKind.KERNEL && columns.frequencies() > 1;
  }

  /** Columns that follow each other in blocks: of a frequency, or of a kernel. */
  private int unit() {
    return byKernel() ? columns.frequencies() : columns.channels();
  }

  private int blocksPerUnit() {
    return (unit() - 1) / dimension + 1;
  }

  int blocks() {
    return columns.columns() / unit() * blocksPerUnit();
  }

  /** Number of vectors; as a long, because shapes that are read may be any. */
  long vectors() {
    return (long) blocks() * columns.outputs();
  }

  /** Whether vectors are filled up with little. */
  boolean fits() {
    return (double) blocks() * dimension <= MOST_FILLING * columns.columns();
  }

  /** Place in the order of quantization of a block's first column; that of the end too. */
  int start(int block) {
    int perUnit = blocksPerUnit();
    long inUnit = (long) (block % perUnit) * unit() / perUnit;
    return block / perUnit * unit() + (int) inUnit;
  }

  /** Number of the column, see {@link ColumnLayout}, in that place. */
  int column(int place) {
    return byKernel()
        ? place % columns.frequencies() * columns.channels() + place / columns.frequencies()
        : place;
  }
}
