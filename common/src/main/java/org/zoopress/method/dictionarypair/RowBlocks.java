package org.zoopress.method.dictionarypair;

/**
 * Cut of I·s rows into blocks as equal as can be: the first {@code allRows mod count} blocks hold
 * one row more. Equal, because a thin last block would pay for its own S of O columns all the same.
 *
 * @param allRows I·s
 * @param count blocks, 1 to {@code allRows}
 */
record RowBlocks(int allRows, int count) {
  /** As few blocks as keep every one within {@code largest} rows. */
  static RowBlocks within(int allRows, int largest) {
    return new RowBlocks(allRows, (allRows - 1) / largest + 1);
  }

  /** First row of a block; that of block {@code count} is the number of all rows. */
  int start(int block) {
    return block * (allRows / count) + Math.min(block, allRows % count);
  }

  /** Height m of a block. */
  int rows(int block) {
    return start(block + 1) - start(block);
  }
}
