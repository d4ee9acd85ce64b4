package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepSearchTest {
  private static final StepSearch.Range WIDE = new StepSearch.Range(-40, 40);

  /** Bytes fall by half an octave an octave and have waves of a tenth of a per cent. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void comesWithinHalfAPerCentBelowTheBoundInFewPasses(long seed) {
    Random random = new Random(seed);
    double wave = random.nextDouble() * 6;
    long bound = 20_000 + random.nextInt(60_000);
    AtomicInteger passes = new AtomicInteger();
    StepSearch.Found found =
        StepSearch.search(
            logStep -> {
              passes.incrementAndGet();
              double slope = 0.45 + 0.05 * Math.tanh(logStep + 5);
              return Math.round(
                  5_000
                      + 50_000
                          * Math.pow(2, -slope * (logStep + 5))
                          * (1 + 0.001 * Math.sin(90 * logStep + wave)));
            },
            WIDE,
            -5 + 2 * random.nextGaussian(),
            bound,
            9);
    assertThat(found.bytes()).isBetween((long) (bound * (1 - StepSearch.SLACK)), bound);
    assertThat(found.passes()).isEqualTo(passes.get()).isLessThanOrEqualTo(8);
  }

  @ParameterizedTest(name = "most passes {0}")
  @ValueSource(ints = {1, 2, 5})
  void saysThatNothingFits(int passes) {
    StepSearch.Found found = StepSearch.search(logStep -> 1_000, WIDE, -5, 999, passes);
    assertThat(found.bytes()).isEqualTo(-1);
    assertThat(found.logStep()).isNaN();
    assertThat(found.passes()).isEqualTo(passes);
  }

  /** What codes of limited length do: from 3,000 bytes on, smaller steps give nothing. */
  @Test
  void endsWithTheLargestWhereAllBytesAreMoreThanItCanReach() {
    AtomicInteger passes = new AtomicInteger();
    StepSearch.Found found =
        StepSearch.search(
            logStep -> {
              passes.incrementAndGet();
              return Math.round(3_000 - 10 * Math.pow(2, logStep));
            },
            new StepSearch.Range(-4, 4),
            0,
            9_000,
            9);
    assertThat(found.bytes()).isEqualTo(2_999);
    assertThat(found.logStep()).isEqualTo(-4);
    assertThat(passes.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void neverLeavesTheRange() {
    StepSearch.Range range = new StepSearch.Range(-4, 4);
    StepSearch.Found found =
        StepSearch.search(
            logStep -> {
              assertThat(range.contains(logStep)).isTrue();
              return Math.round(3_000 - 10 * logStep);
            },
            range,
            9,
            100,
            9);
    assertThat(found.bytes()).isEqualTo(-1);
    assertThat(found.passes()).isEqualTo(1);
  }

  /** Bytes that hardly fall at first make the secant leap. */
  @Test
  void movesTwoOctavesAtMostUntilBothSidesOfTheBoundAreKnown() {
    List<Double> steps = new ArrayList<>();
    StepSearch.Found found =
        StepSearch.search(
            logStep -> {
              steps.add(logStep);
              return Math.round(1_000_000 - 100 * logStep - 900_000 / (1 + Math.exp(5 - logStep)));
            },
            WIDE,
            0,
            500_000,
            20);
    assertThat(found.bytes()).isBetween((long) (500_000 * (1 - StepSearch.SLACK)), 500_000L);
    for (int i = 1; i < steps.size(); i++) {
      assertThat(Math.abs(steps.get(i) - steps.get(i - 1))).isLessThanOrEqualTo(2);
    }
  }
}
