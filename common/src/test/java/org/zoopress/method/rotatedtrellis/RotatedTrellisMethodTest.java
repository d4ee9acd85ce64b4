package org.zoopress.method.rotatedtrellis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.method.Factors;
import org.zoopress.method.TestWeights;
import org.zoopress.method.scalar.OperatingPoint;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class RotatedTrellisMethodTest {
  private final RotatedTrellisMethod method = new RotatedTrellisMethod();

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static WeightPartition partition(Shape shape, float[] values) {
    return new WeightPartition("t", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private static float[] gaussians(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) gaussian(random);
    }
    return values;
  }

  private static byte[] bytes(Factors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.toByteArray();
  }

  private static double squaredError(WeightPartition weights, Factors factors) {
    float[] w = weights.values();
    float[] r = weights.dtype().toFloats(factors.restore(0, weights.dtype()));
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
    }
    return sum;
  }

  private static double squaredNorm(WeightPartition weights) {
    double sum = 0;
    for (float w : weights.values()) {
      sum += (double) w * w;
    }
    return sum;
  }

  private RotatedTrellisFactors solve(WeightPartition weights, double bits) {
    return method.solve(weights, RotatedTrellisParams.DEFAULT.withBits(bits), 0).get(0);
  }

  private static Factors scalarOfBytes(WeightPartition weights, int bytes) {
    double bits = 8.0 * bytes / weights.shape().elements();
    return new ScalarMethod().solve(weights, ScalarParams.of(OperatingPoint.bits(bits)), 0).get(0);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.272", "2, 0.0715", "3, 0.0185"})
  void gaussianWeightsAreCodedCloseToTheBoundEverythingCounted(double bits, double most) {
    WeightPartition weights = partition(Shape.of(128, 256), gaussians(1 << 15, 4));
    RotatedTrellisFactors factors = solve(weights, bits);
    assertThat(8.0 * bytes(factors).length / (1 << 15)).isLessThanOrEqualTo(bits);
    assertThat(squaredError(weights, factors) / squaredNorm(weights)).isLessThan(most);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "1", "1.5", "2", "2.5", "3", "4", "6"})
  void storedBytesAreAtMostAndCloseToTheBitsAskedFor(double bits) {
    for (Shape shape : List.of(Shape.of(40, 100), Shape.of(24, 8, 3, 3), Shape.of(5, 700))) {
      WeightPartition weights = partition(shape, gaussians((int) shape.elements(), 2));
      double stored = 8.0 * bytes(solve(weights, bits)).length / shape.elements();
      assertThat(stored).isLessThanOrEqualTo(bits).isGreaterThan(bits - 0.02);
    }
  }

  /** Rotation and inverse, in every layout. */
  @Test
  void rotationsKeepNormsAndCanBeUndone() {
    for (Shape shape :
        List.of(
            Shape.of(1, 1),
            Shape.of(1),
            Shape.of(100),
            Shape.of(3, 1000),
            Shape.of(1000, 3),
            Shape.of(7, 5, 3, 3),
            Shape.of(6, 1, 5, 5),
            Shape.of(4, 6, 7),
            Shape.of(2, 3, 3, 3, 3),
            Shape.of(2, 3, 20, 20))) {
      float[] w = gaussians((int) shape.elements(), 3);
      for (int mixed = 0; mixed < 4; mixed++) {
        RotatedLayout layout = RotatedLayout.of(shape, (mixed & 1) != 0, (mixed & 2) != 0);
        assertThat((long) layout.elements()).isEqualTo(shape.elements());
        float[] x = w.clone();
        layout.forward(x);
        WeightPartition rotated = partition(shape, x);
        assertThat(squaredNorm(rotated))
            .isCloseTo(squaredNorm(partition(shape, w)), within(1e-4 * w.length));
        layout.inverse(x);
        for (int i = 0; i < w.length; i++) {
          assertThat(x[i]).isCloseTo(w[i], within(1e-5f));
        }
      }
    }
  }

  /**
   * Fixed-rate codes cannot use that a distribution is peaked; rotation keeps outliers harmless.
   */
  @ParameterizedTest
  @CsvSource({"2, 1.5", "3, 1.7"})
  void heavyTailsAreHarmless(double bits, double most) {
    SplittableRandom random = new SplittableRandom(5);
    float[] laplace = new float[96 * 320];
    float[] outliers = new float[96 * 320];
    for (int i = 0; i < laplace.length; i++) {
      laplace[i] = (float) (Math.log(1 - random.nextDouble()) * (random.nextBoolean() ? 1 : -1));
      outliers[i] = (float) (gaussian(random) * (random.nextInt(2000) == 0 ? 20 : 1));
    }
    for (float[] values : List.of(laplace, outliers)) {
      WeightPartition weights = partition(Shape.of(96, 320), values);
      RotatedTrellisFactors factors = solve(weights, bits);
      double error = squaredError(weights, factors);
      double scalar = squaredError(weights, scalarOfBytes(weights, bytes(factors).length));
      System.out.printf(
          "heavy tails at %s bits: %.4f, scalar %.4f%n",
          bits, error / squaredNorm(weights), scalar / squaredNorm(weights));
      assertThat(error / squaredNorm(weights)).isLessThan(1.25 * Math.pow(4, -bits));
      assertThat(error).isLessThan(most * scalar);
    }
  }

  /** Channels of other magnitude: bits follow the scales, D is the geometric mean's. */
  @Test
  void bitsFollowTheScalesOfChannels() {
    float[] values = gaussians(64 * 256, 6);
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) Math.pow(2, i / 256 % 4); // deviations 1, 2, 4, 8
    }
    WeightPartition weights = partition(Shape.of(64, 256), values);
    RotatedTrellisFactors factors = solve(weights, 3);
    assertThat(factors.mixesOutputs()).isFalse();
    double geometric = Math.pow(2, 3) * values.length; // variances 4^0 … 4^3
    assertThat(squaredError(weights, factors)).isLessThan(1.3 * geometric * Math.pow(4, -3));
  }

  @Test
  void constantKernelsTakeNoBitsButTheMean() {
    float[] means = gaussians(32 * 32, 7);
    float[] values = new float[32 * 32 * 9];
    for (int i = 0; i < values.length; i++) {
      values[i] = means[i / 9];
    }
    WeightPartition weights = partition(Shape.of(32, 32, 3, 3), values);
    // All of 0.4 bits a weight are 3.6 for each mean, less the scales.
    assertThat(squaredError(weights, solve(weights, 0.4)) / squaredNorm(weights)).isLessThan(0.03);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.9", "2, 1.0", "3, 1.1"})
  void convolutionsOfResNet20BesideScalarAtEqualBytes(double bits, double most) {
    double error = 0;
    double scalar = 0;
    double norm = 0;
    int stored = 0;
    int scalarStored = 0;
    for (WeightPartition weights : TestWeights.network("cifar10_resnet/resnet20")) {
      if (weights.shape().rank() != 4 || weights.shape().dim(1) == 3) {
        continue;
      }
      RotatedTrellisFactors factors = solve(weights, bits);
      Factors peer = scalarOfBytes(weights, bytes(factors).length);
      stored += bytes(factors).length;
      scalarStored += bytes(peer).length;
      error += squaredError(weights, factors);
      scalar += squaredError(weights, peer);
      norm += squaredNorm(weights);
    }
    System.out.printf(
        "ResNet-20 at %s bits: rotated trellis %.4f in %d bytes, scalar %.4f in %d bytes%n",
        bits, error / norm, stored, scalar / norm, scalarStored);
    assertThat(error).isLessThan(most * scalar);
  }

  @Test
  void tinyAndForeignWeightsAreRefused() {
    assertThat(
            method.refusal(partition(Shape.of(7, 9), new float[63]), RotatedTrellisParams.DEFAULT))
        .contains("the scales of only 63 weights would take more bytes than the codes");
    float[] infinite = new float[64];
    infinite[3] = Float.POSITIVE_INFINITY;
    assertThat(method.refusal(partition(Shape.of(64), infinite), RotatedTrellisParams.DEFAULT))
        .contains("weights are beyond the range of float32 or not finite");
  }

  @Test
  void damagedHeadersAreNamed() {
    WeightPartition weights = partition(Shape.of(16, 16), gaussians(256, 8));
    byte[] good = bytes(solve(weights, 2));
    assertCorrupt(good, 0, 0xFF, "trellis of 2^23 states");
    assertCorrupt(good, 0, (good[0] & 0x3F) | 0xC0, "unknown tails 3");
    assertCorrupt(good, 4, 0x7F, "scale of rotated weights is"); // exponent bits all set
    assertThatThrownBy(
            () ->
                method.read(
                    new ByteReader(Arrays.copyOf(good, good.length - 1)), List.of(weights.shape())))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageMatching("codes of \\d+ bytes in \\d+ bytes");
  }

  private void assertCorrupt(byte[] good, int at, int value, String message) {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    if (at == 4) {
      bad[3] |= (byte) 0x80;
    }
    assertThatThrownBy(() -> method.read(new ByteReader(bad), List.of(Shape.of(16, 16))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> RotatedTrellisParams.DEFAULT.withBits(8.0))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use rotated-trellis.bits=8.0: it must be in [0.25, 7.0]. Choose for instance"
                + " 2.");
    assertThatThrownBy(() -> RotatedTrellisParams.DEFAULT.withBits(2.0, 2.0))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("none twice");
    assertThatThrownBy(() -> RotatedTrellisParams.DEFAULT.withStates(1000))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use rotated-trellis.states=1000: it must be a power of two from 256 to 65536."
                + " Choose for instance 4096.");
  }
}
