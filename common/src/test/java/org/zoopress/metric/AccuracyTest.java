package org.zoopress.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
  /** The bounds are by definition the p with |p̂ − p| = z √(p (1 − p) / n). */
  @ParameterizedTest
  @CsvSource({"932, 1017", "500, 1000", "1, 3", "9761, 10000", "0, 20", "20, 20"})
  void boundsOfWilsonsIntervalSolveItsEquation(long successes, long trials) {
    double z = ConfidenceInterval.Z_95;
    ConfidenceInterval interval = ConfidenceInterval.wilson(successes, trials, z);
    double share = (double) successes / trials;
    for (double p : new double[] {interval.lower(), interval.upper()}) {
      double distance = Math.abs(share - p);
      assertThat(distance).isCloseTo(z * Math.sqrt(p * (1 - p) / trials), within(1e-9));
    }
    assertThat(interval.contains(share)).isTrue();
  }

  @Test
  void ofOneStandardErrorAsTheDataPackTells() {
    ConfidenceInterval interval = ConfidenceInterval.wilson(932, 1017, 1);
    assertThat(interval.upper() - interval.lower()).isCloseTo(2 * 0.0087, within(2e-4));
  }

  @Test
  void withoutSamplesNothingIsKnown() {
    Accuracy none = new Accuracy(0, 0);
    assertThat(none.share()).isNaN();
    assertThat(none.interval()).isEqualTo(new ConfidenceInterval(0, 1));
    assertThat(none).hasToString("no samples");
    assertThat(new Accuracy(932, 1017)).hasToString("932/1017 = 91.64 %");
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> new Accuracy(4, 3)).hasMessage("4 of 3 is no share");
    assertThatThrownBy(() -> new Accuracy(-1, 3)).hasMessage("-1 of 3 is no share");
    assertThatThrownBy(() -> ConfidenceInterval.wilson(1, 2, 0))
        .hasMessage("no interval for 1 of 2 at z = 0.0");
  }
}
