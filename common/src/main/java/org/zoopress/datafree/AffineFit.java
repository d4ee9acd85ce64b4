package org.zoopress.datafree;

/**
 * Per channel the numbers a and b that bring a·z + b nearest to a target t by least squares.
 *
 * <pre>  a = (cov(z, t) + ρ v₀ a₀) / (var(z) + ρ v₀),  b = mean(t) − a · mean(z)</pre>
 *
 * a₀ is what the original network multiplies by and v₀ the variance it expects; the ridge ρ =
 * {@value #RIDGE} keeps a near a₀ where z hardly varies. Variances are bounded: z counts as no less
 * variable than {@value #LEAST_VARIANCE} v₀, and a stays between zero and {@value #LARGEST_GAIN}
 * a₀, since a channel whose compressed form is hardly related to the original's would otherwise be
 * blown up or turned round by what the probes happen to show.
 *
 * @param scale a of each channel
 * @param shift b of each channel
 */
record AffineFit(double[] scale, double[] shift) {
  static final double RIDGE = 1e-3;
  static final double LEAST_VARIANCE = 1e-2;
  static final double LARGEST_GAIN = 4;

  /**
   * Moments of both values, per channel.
   *
   * @param meanInput of z
   * @param meanTarget of t
   * @param variance of z
   * @param covariance of z and t
   */
  record Moments(double[] meanInput, double[] meanTarget, double[] variance, double[] covariance) {}

  /**
   * @param originalScale a₀ of each channel
   * @param originalVariance v₀ of each channel
   */
  static AffineFit of(Moments moments, double[] originalScale, double[] originalVariance) {
    int channels = originalScale.length;
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      double ridge = RIDGE * originalVariance[c];
      double variance = Math.max(moments.variance[c], LEAST_VARIANCE * originalVariance[c]) + ridge;
      double fitted =
          variance > 0
              ? (moments.covariance[c] + ridge * originalScale[c]) / variance
              : originalScale[c];
      double bound = LARGEST_GAIN * originalScale[c];
      scale[c] = Math.max(Math.min(0, bound), Math.min(Math.max(0, bound), fitted));
      shift[c] = moments.meanTarget[c] - scale[c] * moments.meanInput[c];
    }
    return new AffineFit(scale, shift);
  }
}
