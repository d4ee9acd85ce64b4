package org.zoopress.method.secondorder;

import org.zoopress.coding.ColumnLayout;

/**
 * The step of each column: that of its frequency times a scale of its input channel, each a power
 * of two.
 *
 * @param frequencies e of 2^(e/8), one a frequency
 * @param channels e of 2^(e/4), one an input channel, group after group; empty where all are one
 */
record ColumnSteps(int[] frequencies, int[] channels) {
  private static final int OCTAVE = 8;

  /** Steps of a frequency in one of a channel. */
  private static final int CHANNEL_UNIT = 2;

  /** 2^−149, the smallest float32. */
  static final int SMALLEST = -149 * OCTAVE;

  /** 2^127. */
  static final int LARGEST = 127 * OCTAVE;

  /** Farthest scale of a channel: 2^±32. */
  static final int LARGEST_SCALE = 32 * OCTAVE / CHANNEL_UNIT;

  private static final double LN_2 = StrictMath.log(2);

  /** The nearest e of 2^(e/8). */
  static int nearest(double step) {
    return (int) Math.rint(exact(step));
  }

  /** The least e with 2^(e/8) not below. */
  static int ceiling(double step) {
    return (int) Math.ceil(exact(step));
  }

  private static double exact(double step) {
    return Math.max(SMALLEST, Math.min(LARGEST, OCTAVE * StrictMath.log(step) / LN_2));
  }

  /** The nearest e of 2^(e/4) to e^logarithm. */
  static int nearestScale(double logarithm) {
    double exact = OCTAVE / CHANNEL_UNIT * logarithm / LN_2;
    return (int) Math.rint(Math.max(-LARGEST_SCALE, Math.min(LARGEST_SCALE, exact)));
  }

  /** 2^(code/8). */
  static float step(int code) {
    return (float) StrictMath.pow(2, code / (double) OCTAVE);
  }

  /**
   * Step of a column.
   *
   * @param channel among those of all groups
   */
  float of(int frequency, int channel) {
    int scale = channels.length == 0 ? 0 : CHANNEL_UNIT * channels[channel];
    return step(Math.max(SMALLEST, Math.min(LARGEST, frequencies[frequency] + scale)));
  }

  /** The least scale of a channel, as e of 2^(e/8). */
  int leastScale() {
    int least = 0;
    for (int i = 0; i < channels.length; i++) {
      least = i == 0 ? channels[i] : Math.min(least, channels[i]);
    }
    return CHANNEL_UNIT * least;
  }

  /** Number of groups whose channels have scales of their own; 0 where there are no scales. */
  int groups(ColumnLayout layout) {
    return channels.length / layout.channels();
  }

  /** Coefficients of the points; those beyond float32 are infinite. */
  float[] reconstruct(int[] points, ColumnLayout layout) {
    float[] coefficients = new float[points.length];
    int groups = Math.max(1, groups(layout));
    int groupOutputs = layout.outputs() / groups;
    int next = 0;
    for (int f = 0; f < layout.frequencies(); f++) {
      for (int c = 0; c < layout.channels(); c++) {
        for (int g = 0; g < groups; g++) {
          float step = of(f, g * layout.channels() + c);
          for (int end = next + groupOutputs; next < end; next++) {
            coefficients[next] = points[next] * step;
          }
        }
      }
    }
    return coefficients;
  }
}
