package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AffineFitTest {
  private static AffineFit.Moments moments(
      double meanInput, double meanTarget, double variance, double covariance) {
    return new AffineFit.Moments(
        new double[] {meanInput},
        new double[] {meanTarget},
        new double[] {variance},
        new double[] {covariance});
  }

  private static AffineFit fit(AffineFit.Moments moments, double scale, double variance) {
    return AffineFit.of(moments, new double[] {scale}, new double[] {variance});
  }

  /** t = 3 z − 2 with z of mean 5 and variance 4. */
  @Test
  void findsAnAffineMapUpToTheRidge() {
    AffineFit fit = fit(moments(5, 13, 4, 12), 2.5, 4);
    assertThat(fit.scale()[0]).isCloseTo(3, within(AffineFit.RIDGE));
    assertThat(fit.shift()[0] + 5 * fit.scale()[0]).isCloseTo(13, within(1e-12));
  }

  @Test
  void hardlyVaryingInputIsNotBlownUp() {
    AffineFit fit = fit(moments(0, 1, 1e-9, 1e-3), 2, 1);
    assertThat(fit.scale()[0]).isBetween(0.0, 0.5);
    assertThat(fit.shift()[0]).isCloseTo(1, within(1e-12));
  }

  @Test
  void scaleStaysBetweenNothingAndFourTimesTheOriginals() {
    assertThat(fit(moments(0, 0, 1, 30), 2, 1).scale()[0]).isEqualTo(8);
    assertThat(fit(moments(0, 0, 1, -30), 2, 1).scale()[0]).isZero();
    assertThat(fit(moments(0, 0, 1, -30), -2, 1).scale()[0]).isEqualTo(-8);
    assertThat(fit(moments(0, 0, 1, 30), 0, 1).scale()[0]).isZero();
  }

  @Test
  void channelThatNeverVariesKeepsItsScale() {
    AffineFit fit = fit(moments(3, 7, 0, 0), 2, 0);
    assertThat(fit.scale()[0]).isEqualTo(2);
    assertThat(fit.shift()[0]).isEqualTo(1);
  }
}
