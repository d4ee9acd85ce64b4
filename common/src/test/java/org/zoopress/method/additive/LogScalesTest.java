package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.CorruptDataException;

class LogScalesTest {
  @Test
  void scalesAreTheNearestOfTheGridAndZeroStaysZero() {
    float[] weights = {0, 0, 3, 4, 1e-30f, 1e-30f, 1e30f, -1e30f, 1e-45f, 0};
    LogScales scales = LogScales.rootMeanSquares(weights, 5);
    float[] values = scales.values();
    assertThat(values[0]).isZero();
    double[] exact = {0, Math.sqrt(12.5), 1e-30, 1e30};
    for (int s = 1; s < exact.length; s++) {
      assertThat(values[s] / exact[s])
          .isBetween(Math.pow(2, -1 / 16.0) * 0.9999, Math.pow(2, 1 / 16.0) * 1.0001);
    }
    assertThat(values[4]).isPositive();
    assertThat(LogScales.read(scales.stored(), 5).levels()).isEqualTo(scales.levels());
    assertThat(scales.normalise(weights)[0]).isZero();
  }

  @Test
  void leastSquaresNeverTurnsTheSign() {
    float[] weights = {1, 1, 1, -1};
    float[] decoded = {2, 2, -1, 1};
    LogScales scales = LogScales.leastSquares(weights, decoded, 2);
    assertThat(scales.values()).containsExactly(0.5f, 0f);
  }

  @Test
  void channelsOfOneLayerTakeLessThanFiveBitsEach() {
    float[] factors = TestVectors.gaussian(256, 1, 4);
    int[] levels = new int[256];
    Arrays.setAll(levels, s -> -30 + Math.round(3 * factors[s]));
    assertThat(new LogScales(levels).stored().length).isLessThan(256 * 5 / 8);
  }

  @Test
  void levelsOutOfRangeAreCorrupt() {
    byte[] stored = new LogScales(new int[] {2000, 2000}).stored();
    assertThatThrownBy(() -> LogScales.read(stored, 2))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("middle level of scales is 2000");
    byte[] spread = new LogScales(new int[] {0, 0, 2000}).stored();
    assertThatThrownBy(() -> LogScales.read(spread, 3)).hasMessage("level of a scale is 2000");
  }
}
