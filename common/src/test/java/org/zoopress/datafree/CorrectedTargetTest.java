package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrectedTargetTest {
  /** H = 2 I: the ridge is a tenth of it, so the target moves by share · D / 2.2. */
  @Test
  void movesAgainstTheDriftOfEachGroup() {
    double[][] gram = {{2, 0, 0, 2}, {2, 0, 0, 2}};
    double[][] drift = {{2.2, 0}, {0, -4.4}};
    float[] weight = {1, 2, 3, 4};
    float[] target = CorrectedTarget.of(weight, new InputMoments(gram, drift), 0.5);
    assertThat(target).containsExactly(new float[] {1.5f, 2, 3, 3}, within(1e-6f));
    assertThat(weight).containsExactly(1, 2, 3, 4);
  }

  @Test
  void deadInputsLeaveTheWeightsAsTheyAre() {
    float[] weight = {1, 2};
    InputMoments dead = new InputMoments(new double[][] {new double[4]}, new double[][] {{5, 5}});
    assertThat(CorrectedTarget.of(weight, dead, 1)).isEqualTo(weight);
  }
}
