package org.zoopress.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the definition in IEEE 754, computed in double. */
class Float16Test {
  /** sign · 2^(e−15) · 1.m, or sign · 2^−14 · 0.m, exactly. */
  private static double slowHalf(int bits) {
    int exponent = bits >>> 10 & 31;
    double significand = (bits & 1023) / 1024.0;
    double magnitude;
    if (exponent == 31) {
      magnitude = significand == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = significand * Math.pow(2, -14);
    } else {
      magnitude = (1 + significand) * Math.pow(2, exponent - 15);
    }
    return bits >>> 15 == 0 ? magnitude : -magnitude;
  }

  /** The non-negative finite values of a 16-bit format in ascending order; index = bits. */
  private static double[] ascending(boolean brain) {
    int infinity = brain ? 0x7F80 : 0x7C00;
    double[] values = new double[infinity + 1];
    for (int bits = 0; bits < infinity; bits++) {
      values[bits] = brain ? Float16.brainToFloat((short) bits) : slowHalf(bits);
    }
    // Where infinity would be if the format went on: what rounding to nearest compares with.
    values[infinity] = brain ? 0x1p128 : 65536;
    return values;
  }

  /** Nearest value, the one with even bits in a tie, by binary search. */
  private static int slowRound(double magnitude, double[] ascending) {
    int at = Arrays.binarySearch(ascending, magnitude);
    if (at >= 0) {
      return at;
    }
    int above = Math.min(-at - 1, ascending.length - 1);
    int below = above - 1;
    double toBelow = magnitude - ascending[below];
    double toAbove = ascending[above] - magnitude;
    if (toBelow == toAbove) {
      return (below & 1) == 0 ? below : above;
    }
    return toBelow < toAbove ? below : above;
  }

  @Test
  void every16BitPatternHasTheValueOfTheStandard() {
    for (int bits = 0; bits < 65536; bits++) {
      float fast = Float16.toFloat((short) bits);
      assertThat(Double.compare(fast, slowHalf(bits))).as("%x", bits).isZero();
      float brain = Float16.brainToFloat((short) bits);
      assertThat(Float.floatToRawIntBits(brain)).isEqualTo(bits << 16);
    }
  }

  @Test
  void every16BitPatternComesBack() {
    for (int bits = 0; bits < 65536; bits++) {
      float half = Float16.toFloat((short) bits);
      float brain = Float16.brainToFloat((short) bits);
      if (Float.isNaN(half)) {
        assertThat(Float16.toFloat(Float16.fromFloat(half))).isNaN();
      } else {
        assertThat(Float16.fromFloat(half) & 0xFFFF).isEqualTo(bits);
      }
      if (Float.isNaN(brain)) {
        assertThat(Float16.brainToFloat(Float16.floatToBrain(brain))).isNaN();
      } else {
        assertThat(Float16.floatToBrain(brain) & 0xFFFF).isEqualTo(bits);
      }
    }
  }

  @Test
  void roundingIsToNearestWithTiesToEven() {
    double[] halves = ascending(false);
    double[] brains = ascending(true);
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 1_000_000; trial++) {
      check(Float.intBitsToFloat(random.nextInt()), halves, brains);
      // Exponents of half precision, where random floats rarely fall.
      check(
          Float.intBitsToFloat((random.nextInt(100, 145) << 23) | random.nextInt(1 << 23)),
          halves,
          brains);
    }
  }

  @Test
  void everyMidpointBetweenNeighboursIsATie() {
    double[] halves = ascending(false);
    double[] brains = ascending(true);
    for (int bits = 0; bits < 0x7C00; bits++) {
      checkAround((float) ((halves[bits] + halves[bits + 1]) / 2), halves, brains);
    }
    for (int bits = 0; bits < 0x7F80; bits++) {
      checkAround((float) ((brains[bits] + brains[bits + 1]) / 2), halves, brains);
    }
  }

  private static void checkAround(float middle, double[] halves, double[] brains) {
    check(middle, halves, brains);
    check(Math.nextUp(middle), halves, brains);
    check(Math.nextDown(middle), halves, brains);
  }

  private static void check(float value, double[] halves, double[] brains) {
    if (Float.isNaN(value)) {
      assertThat(Float16.toFloat(Float16.fromFloat(value))).isNaN();
      assertThat(Float16.brainToFloat(Float16.floatToBrain(value))).isNaN();
      return;
    }
    int sign = Float.floatToRawIntBits(value) >>> 31 << 15;
    double magnitude = Math.min(Math.abs((double) value), 0x1p128);
    int half = Float16.fromFloat(value) & 0xFFFF;
    int brain = Float16.floatToBrain(value) & 0xFFFF;
    // Plain comparisons: millions of them.
    if (half != (sign | slowRound(Math.min(magnitude, 65536), halves))) {
      assertThat(half).as("half of %s", value).isEqualTo(sign | slowRound(magnitude, halves));
    }
    if (brain != (sign | slowRound(magnitude, brains))) {
      assertThat(brain).as("brain of %s", value).isEqualTo(sign | slowRound(magnitude, brains));
    }
  }
}
