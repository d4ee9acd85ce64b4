package org.zoopress.method.rotatedtrellis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.tensor.Shape;

class TrellisSearchTest {
  private static final AxisScales PLAIN = new AxisScales(new int[1], new int[1], new int[1]);

  private static float[] gaussian(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      values[i] = (float) (radius * Math.cos(2 * Math.PI * random.nextDouble()));
    }
    return values;
  }

  private static StepSchedule schedule(int count, int sixteenths) {
    return new StepSchedule(
        RotatedLayout.of(Shape.of(1, count), true, true),
        PLAIN,
        sixteenths * RateLadder.PARTS / 16);
  }

  private static double error(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(Tails.class)
  void statesMeanDifferentNumbersOfUnitVariance(Tails tails) {
    TrellisCode code = TrellisCode.of(12, tails);
    for (int phase = 0; phase < TrellisCode.PHASES; phase++) {
      float[] sorted = code.values(phase).clone();
      Arrays.sort(sorted);
      double squares = 0;
      for (int i = 0; i < sorted.length; i++) {
        squares += (double) sorted[i] * sorted[i];
        assertThat(sorted[i]).isEqualTo(-sorted[sorted.length - 1 - i]);
        if (i > 0) {
          assertThat(sorted[i]).isGreaterThan(sorted[i - 1]);
        }
      }
      assertThat(squares / sorted.length).isCloseTo(1, within(0.02));
    }
  }

  /** Φ(1.959964) = 0.975; the midpoints of 40 parts hold 0.9875 = Φ(2.241403). */
  @Test
  void quantilesAreThoseOfTheNormalDistribution() {
    double[] quantiles = GaussianQuantiles.midpoints(40);
    assertThat(quantiles[39]).isCloseTo(2.241402728, within(1e-8));
    assertThat(quantiles[0]).isCloseTo(-2.241402728, within(1e-8));
    assertThat(GaussianQuantiles.midpoints(1 << 16)[65535]).isCloseTo(4.3, within(0.05));
  }

  /** The branches that leave a state, and those that meet in one, are one from each quarter. */
  @Test
  void branchesMeanNumbersOfDifferentTiles() {
    float[] values = TrellisCode.of(12, Tails.GAUSSIAN).values(0);
    for (int state = 0; state < 1 << 10; state++) {
      boolean[] left = new boolean[4];
      boolean[] met = new boolean[4];
      for (int j = 0; j < 4; j++) {
        left[tile(values[state << 2 | j])] = true;
        met[tile(values[j << 10 | state])] = true;
      }
      assertThat(left).containsOnly(true);
      assertThat(met).containsOnly(true);
    }
  }

  private static int tile(float value) {
    double quartile = 0.6744897501960817;
    return value < -quartile ? 0 : value < 0 ? 1 : value < quartile ? 2 : 3;
  }

  /** Every path of a short sequence tried. */
  @ParameterizedTest
  @CsvSource({"8, 1", "16, 2", "24, 3", "20, 4", "4, 5", "40, 6"})
  void searchFindsTheBestOfAllPaths(int sixteenths, long seed) {
    TrellisCode code = TrellisCode.of(8, Tails.GAUSSIAN);
    float[] x = gaussian(sixteenths > 32 ? 4 : 7, seed);
    StepSchedule schedule = schedule(x.length, sixteenths);
    for (TrellisKernels kernels :
        new TrellisKernels[] {new ScalarTrellisKernels(), new VectorTrellisKernels()}) {
      int[] states = new TrellisSearch(8, kernels).states(code, x, schedule);
      double found = error(x, schedule.values(states, code, x.length));
      double least = Double.POSITIVE_INFINITY;
      for (int first = 0; first < 256; first++) {
        least = Math.min(least, best(x, schedule, code, 0, first));
      }
      assertThat(found).isCloseTo(least, within(1e-5 * (1 + least)));
    }
  }

  private static double best(
      float[] x, StepSchedule schedule, TrellisCode code, int step, int state) {
    if (step == x.length) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    int shift = schedule.shift(step);
    for (int bits = 0; bits < 1 << shift; bits++) {
      int next = (state << shift | bits) & 255;
      double d = x[step] - code.values(schedule.phase(step))[next] * schedule.amplitude(step);
      least = Math.min(least, d * d + best(x, schedule, code, step + 1, next));
    }
    return least;
  }

  @ParameterizedTest
  @CsvSource({"4, 12", "8, 10", "16, 12", "24, 9", "32, 12", "48, 8", "72, 11", "128, 8"})
  void statesAgreeWithAndWithoutSimd(int sixteenths, int stateBits) {
    float[] x = gaussian(600, sixteenths);
    StepSchedule schedule = schedule(x.length, sixteenths);
    TrellisCode code = TrellisCode.of(stateBits, Tails.WIDE);
    assertThat(new TrellisSearch(stateBits, new VectorTrellisKernels()).states(code, x, schedule))
        .isEqualTo(
            new TrellisSearch(stateBits, new ScalarTrellisKernels()).states(code, x, schedule));
  }

  /** Windows are long enough: nothing is lost against rates at which one window holds all. */
  @ParameterizedTest
  @CsvSource({"4, 0.742", "8, 0.535", "16, 0.272", "24, 0.140", "32, 0.0715", "48, 0.0185"})
  void gaussianNumbersAreCodedCloseToTheBound(int sixteenths, double most) {
    float[] x = gaussian(40_000, 9);
    StepSchedule schedule = schedule(x.length, sixteenths);
    TrellisCode code = TrellisCode.of(12, Tails.GAUSSIAN);
    int[] states = new TrellisSearch(12, TrellisKernels.get()).states(code, x, schedule);
    double relative =
        error(x, schedule.values(states, code, x.length)) / error(x, new float[x.length]);
    System.out.printf("%.2f bits, 2^12 states: D = %.4f%n", sixteenths / 16.0, relative);
    assertThat(relative).isLessThan(most).isGreaterThan(Math.pow(4, -sixteenths / 16.0));
    assertThat(schedule.decode(schedule.encode(states, 12), code, x.length))
        .isEqualTo(schedule.values(states, code, x.length));
  }
}
