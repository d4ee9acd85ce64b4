package org.zoopress.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.tensor.DType;

class ErrorMeterTest {
  private static ErrorMeter meter(DType dtype, float[] original, float[] restored) {
    ErrorMeter meter = new ErrorMeter();
    meter.add(dtype, dtype.fromFloats(original), dtype.fromFloats(restored));
    return meter;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "F32", "F16", "BF16"})
  void knownErrorInEveryType(DType dtype) {
    ErrorMeter meter = meter(dtype, new float[] {3, 4, 0}, new float[] {3, 2, 1});
    assertThat(meter.elements()).isEqualTo(3);
    assertThat(meter.squaredError()).isEqualTo(5);
    assertThat(meter.squaredNorm()).isEqualTo(25);
    assertThat(meter.relativeError()).isEqualTo(0.2);
    assertThat(meter.sqnrDecibels()).isCloseTo(6.9897, within(1e-4));
    assertThat(meter.bitsPerWeight(3)).isEqualTo(8);
    assertThat(meter.nonFinite()).isZero();
  }

  @Test
  void doublesAreComparedAsDoubles() {
    ErrorMeter meter = new ErrorMeter();
    meter.add(DType.F64, doubles(1), doubles(1 + 0x1p-40));
    assertThat(meter.squaredError()).isEqualTo(0x1p-80);
  }

  @Test
  void exactAndEmptyAndZeroTensors() {
    ErrorMeter exact = meter(DType.F32, new float[] {1, 2}, new float[] {1, 2});
    assertThat(exact.relativeError()).isZero();
    assertThat(exact.sqnrDecibels()).isEqualTo(Double.POSITIVE_INFINITY);
    ErrorMeter empty = meter(DType.F32, new float[0], new float[0]);
    assertThat(empty.relativeError()).isZero();
    assertThat(empty.bitsPerWeight(10)).isNaN();
    ErrorMeter zeros = meter(DType.F32, new float[2], new float[] {0, 1});
    assertThat(zeros.relativeError()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(zeros.sqnrDecibels()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void keptNonFiniteElementsCountButAddNoError() {
    float inf = Float.POSITIVE_INFINITY;
    ErrorMeter meter =
        meter(DType.F32, new float[] {Float.NaN, inf, 2}, new float[] {Float.NaN, inf, 1});
    assertThat(meter.nonFinite()).isEqualTo(2);
    assertThat(meter.squaredError()).isEqualTo(1);
    assertThat(meter.squaredNorm()).isEqualTo(4);
  }

  @Test
  void changedNonFiniteElementsMakeTheErrorInfinite() {
    float inf = Float.POSITIVE_INFINITY;
    assertThat(meter(DType.F32, new float[] {1}, new float[] {Float.NaN}).squaredError())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(meter(DType.F16, new float[] {Float.NaN}, new float[] {0}).squaredError())
        .isEqualTo(Double.POSITIVE_INFINITY);
    ErrorMeter meter = meter(DType.F32, new float[] {inf}, new float[] {-inf});
    meter.add(DType.F32, DType.F32.fromFloats(new float[1]), DType.F32.fromFloats(new float[1]));
    assertThat(meter.squaredError()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3})
  void longSumsAgreeWithExactArithmeticAndWithMerging(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] original = new float[20_000];
    float[] restored = new float[original.length];
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < original.length; i++) {
      // Magnitudes from 1e-4 to 1e4: a naive running sum loses the small ones.
      original[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-4, 5)));
      restored[i] = original[i] * (float) (1 + 0.01 * random.nextDouble());
      BigDecimal difference = new BigDecimal(original[i]).subtract(new BigDecimal(restored[i]));
      exact = exact.add(difference.multiply(difference));
    }
    ErrorMeter whole = meter(DType.F32, original, restored);
    assertThat(whole.squaredError())
        .isCloseTo(exact.doubleValue(), within(1e-13 * exact.doubleValue()));
    ErrorMeter parts = new ErrorMeter();
    for (int from = 0; from < original.length; from += 7000) {
      int to = Math.min(original.length, from + 7000);
      parts.merge(
          meter(
              DType.F32,
              java.util.Arrays.copyOfRange(original, from, to),
              java.util.Arrays.copyOfRange(restored, from, to)));
    }
    assertThat(parts.elements()).isEqualTo(whole.elements());
    assertThat(parts.squaredError())
        .isCloseTo(whole.squaredError(), within(1e-13 * exact.doubleValue()));
  }

  @Test
  void refusesWhatItCannotCompare() {
    ErrorMeter meter = new ErrorMeter();
    assertThatThrownBy(() -> meter.add(DType.F32, new byte[8], new byte[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot compare 8 with 4 bytes of F32");
    assertThatThrownBy(() -> meter.add(DType.F32, new byte[3], new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> meter.add(DType.I64, new byte[8], new byte[8]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("I64 is restored bit by bit and has no error to sum");
  }

  private static byte[] doubles(double... values) {
    ByteBuffer out = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asDoubleBuffer().put(values);
    return out.array();
  }
}
