package org.zoopress.coding;

/**
 * How a stream of integers lies in space, so that {@link IntegerCoder} knows the neighbours of
 * each: rows of equal length, and inside of a row groups of equal length.
 *
 * <p>For a convolution (O, I, kh, kw) a row is a filter and a group is one kernel: {@code
 * rowLength} = I·kh·kw, {@code groupLength} = kh·kw. For a matrix a group is one element.
 *
 * @param rowLength integers of a row, at least 1; the last row may be shorter
 * @param groupLength integers of a group, from 1 to {@code rowLength}
 */
public record IntegerLayout(int rowLength, int groupLength) {
  /** A stream without structure: neighbours are the integers before. */
  public static final IntegerLayout SEQUENCE = new IntegerLayout(Integer.MAX_VALUE, 1);

  /** Checks the ranges. */
  public IntegerLayout {
    if (groupLength < 1 || rowLength < groupLength) {
      throw new IllegalArgumentException(
          "rows of %d, groups of %d".formatted(rowLength, groupLength));
    }
  }

  /** A matrix with rows of that length. */
  public static IntegerLayout matrix(int columns) {
    return new IntegerLayout(Math.max(1, columns), 1);
  }
}
