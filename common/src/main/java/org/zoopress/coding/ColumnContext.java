package org.zoopress.coding;

import java.util.Arrays;

/**
 * What the points of a layer that are coded already tell about the magnitude of the next one, in
 * the order of {@link ColumnLayout}.
 *
 * <p>Model: |r| ≈ F · row · channel · kernel, with F the running mean magnitude of this frequency,
 * and factors near one for the output, the input channel and the kernel, each learnt from this
 * frequency so far and from the sum of magnitudes in the frequencies before, over what they are in
 * the mean: frequencies with few points other than zero tell little. The logarithms of the factors
 * are added with weights below one, because each is an estimate of its own.
 *
 * <p>A column is walked as often as wanted between {@link #startColumn} and {@link #endColumn}: an
 * encoder that chooses the points of a column asks with tentative ones first.
 */
public final class ColumnContext {
  /** Classes of the expected magnitude: half octaves from 1/8 up. */
  public static final int CONTEXTS = IntegerContext.SPREADS;

  /** Units of a logarithm in an octave. */
  private static final int OCTAVE = 256;

  private static final int LOG_SHIFT = 15;
  private static final int LOG_ONE = 127 * OCTAVE;

  /** Below this mean magnitude a frequency is as good as empty. */
  private static final float SMALLEST_MAGNITUDE = 0.02f;

  // Weights of the factors in 1/256.
  private static final int ROW_WEIGHT = 200;
  private static final int CHANNEL_WEIGHT = 200;
  private static final int KERNEL_WEIGHT = 60;

  // How many points the expectation is worth that a mean starts from.
  private static final float FREQUENCY_PRIOR = 8;
  private static final float ROW_PRIOR = 12;
  private static final float CHANNEL_PRIOR = 12;

  // In magnitudes.
  private static final float EARLIER_PRIOR = 1.5f;
  private static final float KERNEL_PRIOR = 3;

  private final int outputs;
  private final int channels;

  // Sums of magnitudes of the current frequency, by output; all of them; and of the current column.
  private final float[] rowSums;
  private float sum;
  private float columnSum;

  // Sums of magnitudes of the frequencies before, and the sum of their means.
  private final float[] rowsBefore;
  private final float[] channelsBefore;
  private final float[] kernelsBefore;
  private float meansBefore;

  // Magnitudes of the current frequency, channel by channel.
  private final float[] magnitudes;

  private int frequency;
  private int channel;
  private int output;
  private float lastMean = 1;

  // Of the current column: what does not change with its own points.
  private final int[] fixed;
  private float columnPrior;

  /** Before the first column of a layer. */
  public ColumnContext(ColumnLayout layout) {
    outputs = layout.outputs();
    channels = layout.channels();
    rowSums = new float[outputs];
    rowsBefore = new float[outputs];
    channelsBefore = new float[channels];
    boolean kernels = layout.frequencies() > 1;
    kernelsBefore = new float[kernels ? outputs * channels : 0];
    magnitudes = new float[kernels ? outputs * channels : outputs];
    fixed = new int[outputs];
  }

  /** Piecewise linear log₂ in units of 1/256 octave, of a positive number. */
  private static int log(float x) {
    return (Float.floatToRawIntBits(x) >> LOG_SHIFT) - LOG_ONE;
  }

  /** To the first point of the current column, with nothing of it known. */
  public void startColumn() {
    output = 0;
    columnSum = 0;
    int seen = channel * outputs;
    float mean =
        Math.max(SMALLEST_MAGNITUDE, (sum + FREQUENCY_PRIOR * lastMean) / (seen + FREQUENCY_PRIOR));
    float earlierRow = meansBefore * channels + EARLIER_PRIOR;
    float earlierColumn = meansBefore * outputs + EARLIER_PRIOR;
    columnPrior = (channelsBefore[channel] + EARLIER_PRIOR) / earlierColumn;
    for (int o = 0; o < outputs; o++) {
      float before = (rowsBefore[o] + EARLIER_PRIOR) / earlierRow;
      float row = (rowSums[o] / mean + ROW_PRIOR * before) / (channel + ROW_PRIOR);
      int expected = OCTAVE * log(mean) + ROW_WEIGHT * log(row);
      if (frequency > 0) {
        float kernel =
            (kernelsBefore[channel * outputs + o] + KERNEL_PRIOR) / (meansBefore + KERNEL_PRIOR);
        expected += KERNEL_WEIGHT * log(kernel);
      }
      fixed[o] = expected;
    }
    columnMean = mean;
  }

  private float columnMean;

  /** Class of the expected magnitude of the next point, below {@link #CONTEXTS}. */
  public int context() {
    float column =
        (columnSum / columnMean + CHANNEL_PRIOR * columnPrior) / (output + CHANNEL_PRIOR);
    int expected = fixed[output] + CHANNEL_WEIGHT * log(column);
    int halfOctave = (expected >> 15) + 7;
    return Math.max(0, Math.min(CONTEXTS - 1, halfOctave));
  }

  /** The next point of the column is this one. */
  public void learn(int point) {
    float magnitude = Math.abs((float) point);
    columnSum += magnitude;
    magnitudes[place() + output] = magnitude;
    output++;
  }

  private int place() {
    return kernelsBefore.length == 0 ? 0 : channel * outputs;
  }

  /** The points learnt since {@link #startColumn} are those of the column; moves to the next. */
  public void endColumn() {
    int place = place();
    for (int o = 0; o < outputs; o++) {
      rowSums[o] += magnitudes[place + o];
    }
    sum += columnSum;
    channel++;
    if (channel == channels) {
      endFrequency();
    }
  }

  private void endFrequency() {
    lastMean = Math.max(SMALLEST_MAGNITUDE, sum / (channels * (float) outputs));
    meansBefore += lastMean;
    if (kernelsBefore.length > 0) {
      for (int c = 0; c < channels; c++) {
        for (int o = 0; o < outputs; o++) {
          float magnitude = magnitudes[c * outputs + o];
          kernelsBefore[c * outputs + o] += magnitude;
          channelsBefore[c] += magnitude;
          rowsBefore[o] += magnitude;
        }
      }
    }
    Arrays.fill(rowSums, 0);
    sum = 0;
    channel = 0;
    frequency++;
  }
}
