package org.zoopress.method.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.coding.Trellis;

class DependentQuantizerTest {
  private static float[] gaussian(int count, double deviation, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Every path through the trellis with indices −4 … 4. */
  private static double leastError(float[] x, int i, int state, Trellis trellis) {
    if (i == x.length) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int index = -4; index <= 4; index++) {
      double error = x[i] - trellis.point(state, index);
      least =
          Math.min(
              least, error * error + leastError(x, i + 1, trellis.next(state, index), trellis));
    }
    return least;
  }

  private static double squaredError(float[] x, int[] points) {
    double error = 0;
    for (int i = 0; i < x.length; i++) {
      error += (x[i] - points[i]) * (double) (x[i] - points[i]);
    }
    return error;
  }

  @ParameterizedTest
  @EnumSource(Trellis.class)
  void withoutRateTheErrorIsTheLeastOfAllPaths(Trellis trellis) {
    IntegerLayout layout = IntegerLayout.matrix(6);
    for (long seed = 0; seed < 20; seed++) {
      float[] x = gaussian(6, 1, seed);
      int[] points = new DependentQuantizer(layout, trellis, 0).quantize(x);
      assertThat(squaredError(x, points))
          .as("seed %s", seed)
          .isCloseTo(leastError(x, 0, 0, trellis), within(1e-5));
    }
  }

  /**
   * Granular gain: against a plain quantizer of twice the spacing, whose indices cost as much at
   * high rate. The figures for 4 and 8 states are Marcellin and Fischer's table for the uniform
   * source, 0.99 and 1.09 dB.
   */
  @ParameterizedTest
  @CsvSource({"STATES_4, 0.97", "STATES_8, 1.06", "STATES_32, 1.18", "STATES_128, 1.28"})
  void granularGainAtHighRate(Trellis trellis, double decibels) {
    float[] x = gaussian(50_000, 100, 1);
    int[] points = new DependentQuantizer(IntegerLayout.matrix(x.length), trellis, 0).quantize(x);
    double meanError = squaredError(x, points) / x.length;
    assertThat(10 * Math.log10(4 / 12.0 / meanError)).isBetween(decibels, 1.53);
  }

  @Test
  void rateWeightTradesErrorForBytes() {
    float[] x = gaussian(30_000, 1.5, 2);
    IntegerLayout layout = IntegerLayout.matrix(100);
    double lastError = -1;
    long lastBytes = Long.MAX_VALUE;
    for (double weight : new double[] {0, 0.4, 0.8, 1.6}) {
      int[] points = new DependentQuantizer(layout, Trellis.STATES_8, weight).quantize(x);
      ByteWriter out = new ByteWriter();
      IntegerCoder.encode(out, points, layout, Trellis.STATES_8);
      double error = squaredError(x, points);
      assertThat(error).isGreaterThan(lastError);
      assertThat((long) out.size()).isLessThan(lastBytes);
      lastError = error;
      lastBytes = out.size();
    }
  }
}
