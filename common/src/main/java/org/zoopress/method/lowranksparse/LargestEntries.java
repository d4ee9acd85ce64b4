package org.zoopress.method.lowranksparse;

import java.util.Arrays;

/**
 * Finds the c entries of a matrix that are largest in magnitude, in linear time and without a copy:
 * the bits of a non-negative double are ordered as the double is, so the c-th largest is found
 * digit by digit from counts.
 */
final class LargestEntries {
  private static final int DIGIT_BITS = 12;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final int rows;
  private final double[] columnWeights;

  private LargestEntries(int rows, double[] columnWeights) {
    this.rows = rows;
    this.columnWeights = columnWeights;
  }

  /** By magnitude alone. */
  static LargestEntries unweighted() {
    return new LargestEntries(1, null);
  }

  /**
   * By magnitude times the weight of the column.
   *
   * @param rows of the matrix
   * @param weights one a column, not negative
   */
  static LargestEntries weighted(int rows, double[] weights) {
    return new LargestEntries(rows, weights);
  }

  private long score(double[] matrix, int i) {
    double magnitude = Math.abs(matrix[i]);
    return Double.doubleToRawLongBits(
        columnWeights == null ? magnitude : magnitude * columnWeights[i / rows]);
  }

  /**
   * @param matrix finite values, column-major
   * @param count at most as many as there are
   * @return positions, ascending; of equal entries the first ones
   */
  int[] positions(double[] matrix, int count) {
    if (count == 0) {
      return new int[0];
    }
    int wanted = count; // of the scores whose leading bits are the bound's
    int above = Long.SIZE; // bits from here up are the bound's
    int shift = Long.SIZE - DIGIT_BITS;
    long bound = 0; // leading bits of the count-th largest score
    int[] histogram = new int[DIGITS];
    while (true) {
      fill(histogram, matrix, bound, above, shift);
      int digit = DIGITS - 1;
      while (histogram[digit] < wanted) {
        wanted -= histogram[digit];
        digit--;
      }
      bound = bound << (above - shift) | digit;
      if (histogram[digit] == wanted || shift == 0) {
        break;
      }
      above = shift;
      shift = Math.max(0, shift - DIGIT_BITS);
    }
    return collect(matrix, count, shift, bound, wanted);
  }

  /** Counts the next digit of the scores that begin with the bound. */
  private void fill(int[] histogram, double[] matrix, long bound, int above, int shift) {
    Arrays.fill(histogram, 0);
    int mask = (1 << (above - shift)) - 1;
    for (int i = 0; i < matrix.length; i++) {
      long score = score(matrix, i);
      if (above == Long.SIZE || score >>> above == bound) {
        histogram[(int) (score >>> shift) & mask]++;
      }
    }
  }

  private int[] collect(double[] matrix, int count, int shift, long bound, int equalOnes) {
    int[] positions = new int[count];
    int found = 0;
    int left = equalOnes;
    for (int i = 0; i < matrix.length; i++) {
      long prefix = score(matrix, i) >>> shift;
      if (prefix > bound || prefix == bound && left-- > 0) {
        positions[found++] = i;
      }
    }
    return positions;
  }
}
