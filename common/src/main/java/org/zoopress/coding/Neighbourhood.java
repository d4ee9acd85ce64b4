package org.zoopress.coding;

/**
 * The integers already coded around a position: the two before it, the one at the same place of the
 * group before (of a convolution: the previous input channel) and the one above (the previous row:
 * the previous filter). Missing ones, also those of an earlier segment, count as zero.
 */
final class Neighbourhood {
  /** Values of {@link #spread} are below this. */
  static final int SPREADS = 16;

  /** Values of {@link #signs} are below this. */
  static final int SIGNS = 9;

  private final int[] values;
  private final int from;
  private final int rowLength;
  private final int groupLength;
  private int spread;
  private int signs;

  Neighbourhood(int[] values, int from, IntegerLayout layout) {
    this.values = values;
    this.from = from;
    this.rowLength = layout.rowLength();
    this.groupLength = layout.groupLength();
  }

  private int at(int i) {
    return i < from ? 0 : values[i];
  }

  void moveTo(int i) {
    int left = at(i - 1);
    int above = at(i - rowLength);
    long sum =
        2L * (Math.abs((long) left) + Math.abs((long) above))
            + Math.abs((long) at(i - 2))
            + Math.abs((long) at(i - groupLength));
    spread = Math.min(SPREADS - 1, logarithm(sum));
    signs = 3 * (Integer.signum(left) + 1) + Integer.signum(above) + 1;
  }

  /** 0, 1, then two steps an octave. */
  private static int logarithm(long sum) {
    if (sum < 2) {
      return (int) sum;
    }
    int octave = 63 - Long.numberOfLeadingZeros(sum);
    return 2 * octave + (int) (sum >>> (octave - 1) & 1);
  }

  int spread() {
    return spread;
  }

  int signs() {
    return signs;
  }
}
