package org.zoopress.method.dictionarypair;

import org.zoopress.tensor.Shape;

/**
 * Cut of I·s rows into blocks of whole input channels, as equal as can be: the first {@code I mod
 * count} blocks hold one channel more. Equal, because a thin last block would pay for its own S of
 * O columns all the same.
 *
 * @param channels I
 * @param positions s = kh·kw
 * @param count blocks, 1 to I
 */
record RowBlocks(int channels, int positions, int count) {
  /** As few blocks as keep every one within {@code largestRows}, but one channel at least. */
  static RowBlocks within(Shape shape, int largestRows) {
    int perBlock = Math.max(1, largestRows / positions(shape));
    return withCount(shape, (channels(shape) + perBlock - 1) / perBlock);
  }

  static RowBlocks withCount(Shape shape, int count) {
    return new RowBlocks(channels(shape), positions(shape), count);
  }

  private static int channels(Shape shape) {
    return Math.toIntExact(shape.dim(1));
  }

  private static int positions(Shape shape) {
    return Math.toIntExact(shape.rowElements() / shape.dim(1));
  }

  /** First row of a block; that of block {@code count} is the number of all rows. */
  int start(int block) {
    return (block * (channels / count) + Math.min(block, channels % count)) * positions;
  }

  /** Height m of a block. */
  int rows(int block) {
    return start(block + 1) - start(block);
  }

  /** I·s. */
  int allRows() {
    return channels * positions;
  }
}
