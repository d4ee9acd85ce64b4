package org.zoopress.coding;

import java.util.Arrays;

/**
 * The expected magnitude of a transform coefficient, for groups whose positions are frequencies.
 *
 * <p>Model: |x| ≈ F[frequency] · u, where F is the running mean magnitude of the frequency over all
 * groups and u says how strong this place is whatever the frequency. For u the coefficients before
 * are divided by their own F and averaged
 *
 * <ul>
 *   <li>over the three coefficients before and the same frequency of the group before,
 *   <li>over this row (of a convolution: this output channel),
 *   <li>over this column of groups (this input channel) in all rows before,
 *   <li>over exactly this column: this input channel and frequency,
 *   <li>over this frequency in this row.
 * </ul>
 *
 * The weights were fitted by hand on ResNet-32 for CIFAR-10 at 2.3 and 1.1 bits. Dividing by F
 * saves 5 to 10 % there, the last mean about 0.5 % at the low rate. Nothing predicts a coefficient
 * itself: the transform has left no correlation that would pay for the contexts of a prediction.
 */
final class FrequencySpread {
  private static final float NEAR_WEIGHT = 0.03f;
  private static final float ROW_WEIGHT = 0.25f;
  private static final float CHANNEL_WEIGHT = 0.3f;
  private static final float COLUMN_WEIGHT = 0.2f;
  private static final float ROW_FREQUENCY_WEIGHT = 0.15f;

  /** Below this mean magnitude a frequency is as good as empty. */
  private static final float SMALLEST_MAGNITUDE = 0.02f;

  /** The mean over all frequencies counts as that many coefficients of each. */
  private static final float MAGNITUDE_PRIOR = 20;

  // How many observations a running mean covers.
  private static final int MAGNITUDE_MEMORY = 1 << 12;
  private static final int OVERALL_MEMORY = 256;
  private static final int CHANNEL_MEMORY = 200;
  private static final int COLUMN_MEMORY = 30;

  /** The mean of the rows before counts as that many coefficients of a frequency in a new row. */
  private static final float ROW_FREQUENCY_PRIOR = 4;

  private static final float[] MEAN_RATES = new float[MAGNITUDE_MEMORY];

  static {
    for (int n = 0; n < MAGNITUDE_MEMORY; n++) {
      MEAN_RATES[n] = 1 / (n + 1.5f);
    }
  }

  private final int rowLength;
  private final int frequencies;

  // Strength u of each coefficient of the segment.
  private final float[] strengths;
  private final float[] magnitudes;
  private final float[] rowFrequencies;
  private final float[] columns;
  private final float[] channels;
  private final int[] channelCounts;

  private int next;
  private int row;
  private int column;
  private int frequency;
  private int channel;
  private float overallMagnitude;
  private float overallStrength;
  private float rowStrength;

  /**
   * @param count coefficients of the segment
   * @param frequencies coefficients of a group
   */
  FrequencySpread(int count, int rowLength, int frequencies) {
    this.rowLength = rowLength;
    this.frequencies = frequencies;
    strengths = new float[count];
    magnitudes = new float[frequencies];
    rowFrequencies = new float[frequencies];
    Arrays.fill(rowFrequencies, 1);
    columns = new float[rowLength];
    channels = new float[(rowLength - 1) / frequencies + 1];
    channelCounts = new int[channels.length];
  }

  /** Expected magnitude of the next coefficient. */
  float expected() {
    float near =
        strength(1)
            + strength(2)
            + strength(3)
            + (column < frequencies ? 0 : strength(frequencies));
    return magnitude()
        * (NEAR_WEIGHT * near
            + ROW_WEIGHT * rowStrength
            + CHANNEL_WEIGHT * channels[channel]
            + COLUMN_WEIGHT * columns[column]
            + ROW_FREQUENCY_WEIGHT * rowFrequencies[frequency]);
  }

  /** The mean magnitude of the frequency; how often it was seen follows from the position. */
  private float magnitude() {
    int seen = next / frequencies;
    return Math.max(
        SMALLEST_MAGNITUDE,
        (magnitudes[frequency] * seen + MAGNITUDE_PRIOR * overallMagnitude)
            / (seen + MAGNITUDE_PRIOR));
  }

  private float strength(int back) {
    return next < back ? 0 : strengths[next - back];
  }

  /** The next coefficient is of that magnitude; moves on. */
  void learn(float magnitude) {
    float overallRate = MEAN_RATES[Math.min(next, OVERALL_MEMORY)];
    // Before the division by it: else the first coefficient of a segment would look enormous.
    overallMagnitude += (magnitude - overallMagnitude) * overallRate;
    float strength = magnitude / magnitude();
    int seen = Math.min(next / frequencies, MAGNITUDE_MEMORY - 1);
    magnitudes[frequency] += (magnitude - magnitudes[frequency]) * MEAN_RATES[seen];
    overallStrength += (strength - overallStrength) * overallRate;
    strengths[next] = strength;
    columns[column] += (strength - columns[column]) * MEAN_RATES[Math.min(row, COLUMN_MEMORY)];
    channels[channel] += (strength - channels[channel]) * MEAN_RATES[channelCounts[channel]];
    channelCounts[channel] = Math.min(channelCounts[channel] + 1, CHANNEL_MEMORY);
    rowStrength += (strength - rowStrength) * MEAN_RATES[Math.min(column, MAGNITUDE_MEMORY - 1)];
    rowFrequencies[frequency] +=
        (strength - rowFrequencies[frequency]) / (channel + ROW_FREQUENCY_PRIOR);
    advance();
  }

  private void advance() {
    next++;
    column++;
    frequency++;
    if (frequency == frequencies) {
      frequency = 0;
      channel++;
    }
    if (column == rowLength) {
      column = 0;
      frequency = 0;
      channel = 0;
      row++;
      rowStrength = overallStrength;
      Arrays.fill(rowFrequencies, overallStrength);
    }
  }
}
