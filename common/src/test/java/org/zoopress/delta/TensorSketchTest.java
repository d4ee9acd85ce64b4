package org.zoopress.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.tensor.DType;

class TensorSketchTest {

  static TensorSketch of(float[] values) {
    TensorSketch.Builder builder = new TensorSketch.Builder(DType.F32, values.length);
    builder.add(DType.F32.fromFloats(values));
    return builder.finish().orElseThrow();
  }

  static float[] gaussian(long seed, int count, double std) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return values;
  }

  static float[] sum(float[] one, float[] other) {
    float[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static double distance(float[] w, float[] b) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < w.length; i++) {
      error += ((double) w[i] - b[i]) * ((double) w[i] - b[i]);
      norm += (double) w[i] * w[i];
    }
    return error / norm;
  }

  /** Over 100 pairs the mean is right to 3 √(2/64/100), and none is off by more than five times. */
  @ParameterizedTest(name = "noise {0} of the norm, seeds 0 to 99")
  @ValueSource(doubles = {1e-3, 1e-2, 0.1, 0.5})
  void estimatesTheDistanceWithoutBias(double change) {
    double ratios = 0;
    for (int seed = 0; seed < 100; seed++) {
      float[] base = gaussian(2 * seed, 5000, 0.05);
      float[] tuned = sum(base, gaussian(2 * seed + 1, 5000, 0.05 * change));
      double ratio = of(tuned).relativeDistance(of(base), 4) / distance(tuned, base);
      assertThat(ratio).isBetween(0.3, 2.0);
      ratios += ratio / 100;
    }
    assertThat(ratios).isBetween(1 - 0.055, 1 + 0.055);
  }

  /** All of the change in one row of a hundred: a sample of 64 values would mostly miss it. */
  @Test
  void aConcentratedChangeIsSeen() {
    float[] base = gaussian(1, 10_000, 1);
    float[] tuned = base.clone();
    for (int i = 300; i < 400; i++) {
      tuned[i] *= 2;
    }
    double exact = distance(tuned, base);
    assertThat(of(tuned).relativeDistance(of(base), 4)).isBetween(exact / 2, exact * 2);
  }

  @Test
  void smallTensorsAreExactAndUnrelatedOnesFar() {
    float[] base = gaussian(3, 64, 1);
    float[] tuned = sum(base, gaussian(4, 64, 0.1));
    assertThat(of(tuned).relativeDistance(of(base), 4))
        .isCloseTo(distance(tuned, base), org.assertj.core.data.Percentage.withPercentage(1e-4));
    for (int seed = 0; seed < 50; seed++) {
      double unrelated =
          of(gaussian(seed, 3000, 1)).relativeDistance(of(gaussian(seed + 100, 3000, 1)), 9);
      assertThat(unrelated).isBetween(0.9, 3.6);
    }
  }

  @Test
  void blocksGiveTheSameSketchAsTheWhole() {
    float[] values = gaussian(5, 1000, 1);
    TensorSketch.Builder builder = new TensorSketch.Builder(DType.F32, values.length);
    for (int first = 0; first < values.length; first += 70) {
      int end = Math.min(values.length, first + 70);
      builder.add(DType.F32.fromFloats(java.util.Arrays.copyOfRange(values, first, end)));
    }
    assertThat(builder.finish().orElseThrow().toBytes()).isEqualTo(of(values).toBytes());
  }

  @Test
  void bytesComeBackAndNothingElseIsRead() {
    byte[] bytes = of(gaussian(6, 500, 1)).toBytes();
    assertThat(bytes).hasSize(264);
    assertThat(TensorSketch.ofBytes(bytes).orElseThrow().toBytes()).isEqualTo(bytes);
    assertThat(TensorSketch.ofBytes(new byte[264])).as("no norm").isEmpty();
    assertThat(TensorSketch.ofBytes(java.util.Arrays.copyOf(bytes, 263))).isEmpty();
    assertThat(TensorSketch.ofBytes(new byte[0])).isEmpty();
  }

  @Test
  void oddValuesHaveNoSketch() {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0}) {
      TensorSketch.Builder builder = new TensorSketch.Builder(DType.F32, 100);
      float[] values = new float[100];
      values[7] = odd;
      builder.add(DType.F32.fromFloats(values));
      assertThat(builder.finish()).as("%s", odd).isEmpty();
    }
  }
}
