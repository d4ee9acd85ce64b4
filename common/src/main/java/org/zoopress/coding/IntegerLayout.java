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
 * @param positions what the positions of a group are
 */
public record IntegerLayout(int rowLength, int groupLength, Positions positions) {
  /** What tells the integers of a group apart. */
  public enum Positions {
    /** Places in space: neighbours are correlated, spreads are alike. */
    SAMPLES,
    /** Coefficients of a transform: uncorrelated, each frequency with a spread of its own. */
    FREQUENCIES
  }

  /** A stream without structure: neighbours are the integers before. */
  public static final IntegerLayout SEQUENCE = new IntegerLayout(Integer.MAX_VALUE, 1);

  /** Checks the ranges. */
  public IntegerLayout {
    if (groupLength < 1 || rowLength < groupLength) {
      throw new IllegalArgumentException(
          "rows of %d, groups of %d".formatted(rowLength, groupLength));
    }
  }

  /** Groups of samples. */
  public IntegerLayout(int rowLength, int groupLength) {
    this(rowLength, groupLength, Positions.SAMPLES);
  }

  /** The same rows and groups, of coefficients. */
  public IntegerLayout ofFrequencies() {
    return new IntegerLayout(rowLength, groupLength, Positions.FREQUENCIES);
  }

  /** A matrix with rows of that length. */
  public static IntegerLayout matrix(int columns) {
    return new IntegerLayout(Math.max(1, columns), 1);
  }
}
