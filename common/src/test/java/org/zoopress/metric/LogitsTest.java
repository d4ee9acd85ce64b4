package org.zoopress.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitsTest {
  private static double[] softmax(float[] logits) {
    double[] p = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(logits[k]);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double textbookDivergence(double[] p, double[] q) {
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      sum += p[k] * Math.log(p[k] / q[k]);
    }
    return sum;
  }

  private static float[] random(SplittableRandom random, int classes) {
    float[] row = new float[classes];
    for (int k = 0; k < classes; k++) {
      row[k] = (float) (20 * random.nextDouble() - 10);
    }
    return row;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void divergenceIsTheTextbookSum(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] p = random(random, 10);
    float[] q = random(random, 10);
    double expected = textbookDivergence(softmax(p), softmax(q));
    assertThat(Logits.divergence(p, q, 0, 10)).isCloseTo(expected, within(1e-12 * (1 + expected)));
    assertThat(Logits.divergence(p, p, 0, 10)).isZero();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3})
  void divergenceDoesNotDependOnWhetherTheNetworkEndsInASoftmax(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] p = random(random, 10);
    float[] q = random(random, 10);
    double expected = Logits.divergence(p, q, 0, 10);
    assertThat(Logits.divergence(floats(softmax(p)), floats(softmax(q)), 0, 10))
        .isCloseTo(expected, within(1e-5 * (1 + expected)));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    float[] p = {1000, 0};
    float[] q = {0, 1000};
    assertThat(Logits.divergence(p, q, 0, 2)).isCloseTo(1000, within(1e-9));
    assertThat(Logits.divergence(new float[] {1, 0}, new float[] {0, 1}, 0, 2))
        .as("underflown probabilities give a finite divergence")
        .isBetween(100.0, 110.0);
  }

  @Test
  void equalScoresGoToTheFirstClass() {
    float[] rows = {9, 9, 1, 5, 5, 0};
    assertThat(Logits.top(rows, 3, 3)).isZero();
    assertThat(Logits.rank(rows, 3, 3, 0)).isZero();
    assertThat(Logits.rank(rows, 3, 3, 1)).isEqualTo(1);
    assertThat(Logits.rank(rows, 3, 3, 2)).isEqualTo(2);
    assertThat(Logits.top(new float[] {Float.NEGATIVE_INFINITY, -1, -2}, 0, 3)).isEqualTo(1);
  }

  @Test
  void findsNonFiniteScoresOfTheRowOnly() {
    float[] rows = {Float.NaN, 1, 2, 3, 4, Float.POSITIVE_INFINITY};
    assertThat(Logits.finite(rows, 1, 4)).isTrue();
    assertThat(Logits.finite(rows, 0, 3)).isFalse();
    assertThat(Logits.finite(rows, 3, 3)).isFalse();
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int k = 0; k < values.length; k++) {
      result[k] = (float) values[k];
    }
    return result;
  }
}
