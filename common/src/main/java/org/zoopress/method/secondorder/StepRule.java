package org.zoopress.method.secondorder;

import org.zoopress.coding.ColumnLayout;

/**
 * Steps of columns from the conditional standard deviations 1/M_jj of their weights: at high rate
 * the error Σ_j M_jj² · step_j² is least, for a given product of the steps, where they are
 * proportional to 1/M_jj.
 *
 * <p>Its logarithm is split by means into a part of the frequency, one of the input channel, and a
 * rest that is left alone. A part of the channel is worth its bytes where many outputs share it.
 */
final class StepRule {
  /** Bits of the scale of one channel in the header, about. */
  private static final double SCALE_BITS = 3.5;

  /** Of what scales gain at high rate, this share is left at one or two bits a weight. */
  private static final double SHARE_LEFT = 0.5;

  /**
   * Of the part of a channel so much is made its scale: the search spends fewer bits on channels
   * that matter less whatever their steps. 1 takes 0.2 % more bytes on ResNet-20, 0 takes 1 % more.
   */
  private static final double SCALED_SHARE = 0.75;

  private final ColumnLayout layout;
  private final int groups;
  private final double mean;
  // ln M_jj less the mean: of each frequency, and of each channel of each group.
  private final double[] frequencies;
  private final double[] channels;

  StepRule(ColumnLayout layout, InputFactor[] factors) {
    this(layout, diagonals(layout, factors));
  }

  /**
   * @param diagonals M_jj of the columns of each group
   */
  StepRule(ColumnLayout layout, double[][] diagonals) {
    this.layout = layout;
    this.groups = diagonals.length;
    frequencies = new double[layout.frequencies()];
    channels = new double[groups * layout.channels()];
    double sum = 0;
    for (int f = 0; f < frequencies.length; f++) {
      for (int i = 0; i < channels.length; i++) {
        int column = f * layout.channels() + i % layout.channels();
        double log = StrictMath.log(diagonals[i / layout.channels()][column]);
        frequencies[f] += log / channels.length;
        channels[i] += log / frequencies.length;
        sum += log;
      }
    }
    mean = sum / frequencies.length / channels.length;
    for (int f = 0; f < frequencies.length; f++) {
      frequencies[f] -= mean;
    }
    for (int i = 0; i < channels.length; i++) {
      channels[i] -= mean;
    }
  }

  private static double[][] diagonals(ColumnLayout layout, InputFactor[] factors) {
    double[][] diagonals = new double[factors.length][layout.columns()];
    for (int g = 0; g < factors.length; g++) {
      for (int j = 0; j < layout.columns(); j++) {
        diagonals[g][j] = factors[g].diagonal(j);
      }
    }
    return diagonals;
  }

  /** Mean of ln M_jj over the columns. */
  double mean() {
    return mean;
  }

  /**
   * @param step geometric mean of the steps
   * @param smallest codes below which no column's step of a frequency may fall
   */
  ColumnSteps steps(double step, int[] smallest) {
    int[] scales = channelsAreScaled() ? scales() : new int[0];
    int[] codes = new int[frequencies.length];
    for (int f = 0; f < codes.length; f++) {
      codes[f] = ColumnSteps.nearest(step * StrictMath.exp(-frequencies[f]));
    }
    ColumnSteps wanted = new ColumnSteps(codes, scales);
    for (int f = 0; f < codes.length; f++) {
      codes[f] = Math.max(codes[f], smallest[f] - wanted.leastScale());
    }
    return wanted;
  }

  private boolean channelsAreScaled() {
    double variance = 0;
    for (double channel : channels) {
      variance += channel * channel / channels.length;
    }
    double weights = (double) layout.outputs() / groups * layout.frequencies();
    return SHARE_LEFT * weights * variance / StrictMath.log(2) > SCALE_BITS;
  }

  private int[] scales() {
    int[] scales = new int[channels.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = ColumnSteps.nearestScale(-SCALED_SHARE * channels[i]);
    }
    return scales;
  }
}
