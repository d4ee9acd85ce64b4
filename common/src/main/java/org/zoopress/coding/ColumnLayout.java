package org.zoopress.coding;

/**
 * How the points of a layer lie that is coded column after column: all outputs of one input
 * channel's coefficient, then of the next channel's, and when all channels are done the next
 * frequency. Output o of channel c at frequency f is number (f·channels + c)·outputs + o.
 *
 * @param outputs O, at least 1
 * @param channels input channels of an output, at least 1
 * @param frequencies coefficients of a kernel, 1 for a matrix
 */
public record ColumnLayout(int outputs, int channels, int frequencies) {
  /** Checks the ranges. */
  public ColumnLayout {
    if (outputs < 1 || channels < 1 || frequencies < 1) {
      throw new IllegalArgumentException(
          "%d outputs, %d channels, %d frequencies".formatted(outputs, channels, frequencies));
    }
    Math.multiplyExact(Math.multiplyExact(outputs, channels), frequencies);
  }

  /** Points of the layer. */
  public int count() {
    return outputs * channels * frequencies;
  }

  /** Columns of the layer. */
  public int columns() {
    return channels * frequencies;
  }
}
