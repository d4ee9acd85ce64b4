package org.zoopress.datasets.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.zoopress.datasets.glyph.GlyphStyle;
import org.zoopress.error.UserInputException;

class TrainingPlanTest {

  @Test
  void theRateRisesToItsPeakAndFallsByHalfACosine() {
    TrainingPlan plan = TrainingPlan.of(1, GlyphStyle.STANDARD, 100, 0.4);
    assertThat(plan.learningRate(0)).isCloseTo(0.04, within(1e-12));
    assertThat(plan.learningRate(9)).isCloseTo(0.4, within(1e-12));
    assertThat(plan.learningRate(10)).isCloseTo(0.4, within(1e-12));
    assertThat(plan.learningRate(55)).isCloseTo(0.2, within(1e-12));
    assertThat(plan.learningRate(99)).isBetween(0.0, 0.001);
  }

  @Test
  void refusesPlansThatCannotBeFollowed() {
    assertThatThrownBy(() -> TrainingPlan.of(1, GlyphStyle.STANDARD, 0, 0.1))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot train for 0 steps of 128 samples with 0 warm-up steps: there must be at least"
                + " 1 step, 2 samples and no more warm-up than steps. Correct the plan.");
    assertThatThrownBy(() -> TrainingPlan.of(1, GlyphStyle.STANDARD, 10, Double.NaN))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot train with learning rate NaN, momentum 0.9 and weight decay 5.0E-4: they must"
                + " be above 0, in [0, 1) and at least 0. Correct the plan.");
  }
}
