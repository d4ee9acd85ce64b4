package org.zoopress.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

class FactorCoderTest {
  private static float[] gaussian(int count, double scale, long seed) {
    java.util.Random random = new java.util.Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private static byte[] bytes(float[] values, int rows, int columns, FactorType type, double step) {
    ByteWriter out = new ByteWriter();
    FactorCoder.write(out, values, rows, columns, type, step);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-38, 1e-20, 1, 1e30})
  void everyTypeKeepsItsPrecisionAtAnyMagnitude(double scale) {
    float[] values = gaussian(7 * 11, scale, 1);
    double step = scale / 16;
    float[] single = FactorCoder.rounded(values, 7, 11, FactorType.F32, step);
    float[] half = FactorCoder.rounded(values, 7, 11, FactorType.F16, step);
    float[] integer = FactorCoder.rounded(values, 7, 11, FactorType.INTEGER, step);
    assertThat(single).isEqualTo(values);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) half[i])
          .isCloseTo(values[i], within(Math.abs(values[i]) * 0x1p-11 + scale * 1e-6));
      assertThat((double) integer[i]).isCloseTo(values[i], within(step * 0.526));
    }
  }

  @ParameterizedTest
  @EnumSource(FactorType.class)
  void emptyAndZeroFactorsAreShort(FactorType type) {
    assertThat(FactorCoder.rounded(new float[0], 0, 5, type, 1)).isEmpty();
    assertThat(FactorCoder.rounded(new float[6], 2, 3, type, 1)).containsOnly(0f);
    if (type == FactorType.INTEGER) {
      assertThat(bytes(new float[10_000], 100, 100, type, 1)).hasSizeLessThan(20);
    }
  }

  @ParameterizedTest
  @EnumSource(FactorType.class)
  void damagedBytesAreReportedOrGiveOtherValues(FactorType type) {
    byte[] good = bytes(gaussian(400, 1, 2), 20, 20, type, 0.1);
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 2_000; trial++) {
      byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length) + 1);
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(FactorCoder.read(new ByteReader(bad), 20, 20)).hasSize(400);
      } catch (CorruptDataException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void sizesThatTheBytesCannotHoldAreRefusedBeforeAllocation() {
    for (FactorType type : FactorType.values()) {
      byte[] good = bytes(new float[4], 2, 2, type, 1);
      assertThatThrownBy(() -> FactorCoder.read(new ByteReader(good), 46_000, 46_000))
          .isInstanceOf(CorruptDataException.class);
    }
    assertThatThrownBy(() -> FactorCoder.read(new ByteReader(new byte[] {9}), 1, 1))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("unknown factor type 9");
  }

  @Test
  void badStepsAndValuesAreRefused() {
    float[] one = {1};
    assertThatThrownBy(() -> bytes(one, 1, 1, FactorType.INTEGER, 0)).hasMessage("step 0.0");
    assertThatThrownBy(() -> bytes(one, 1, 1, FactorType.INTEGER, Double.NaN))
        .hasMessage("step NaN");
    assertThatThrownBy(() -> bytes(new float[] {1e30f}, 1, 1, FactorType.INTEGER, 1))
        .hasMessage("value 1.0E30 needs level 1.0000000150474662E30 of step 1.0");
    assertThatThrownBy(() -> bytes(new float[] {Float.NaN}, 1, 1, FactorType.F16, 1))
        .hasMessage("a factor holds a number that is not finite");
    assertThatThrownBy(() -> bytes(one, 1, 2, FactorType.F32, 1))
        .hasMessage("1 values are no 1 x 2 matrix");
  }
}
