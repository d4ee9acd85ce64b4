package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class TrainingVectorsTest {
  private static WeightPartition weights(float[] values, long... shape) {
    return new WeightPartition("key", 0, DType.F32, Shape.of(shape), DType.F32.fromFloats(values));
  }

  @Test
  void allVectorsAreTheCutOfTheNormalisedWeight() {
    float[] values = TestVectors.gaussian(60, 1, 1);
    float[] sample =
        TrainingVectors.sample(weights(values, 3, 20), 8, ScaleScope.PER_CHANNEL, 9, 5);
    assertThat(sample)
        .isEqualTo(
            UnitVectors.of(weights(values, 3, 20), ScaleScope.PER_CHANNEL, 8).vectors(values));
    assertThat(TrainingVectors.count(Shape.of(3, 20), 8)).isEqualTo(9);
  }

  /**
   * 40 choices of 5 among 50 vectors: distinct ones, in order, none much more often than others.
   */
  @Test
  void aSampleIsARandomChoiceInOrder() {
    float[] values = new float[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    WeightPartition weights = weights(values, 1, 100);
    float[] all = TrainingVectors.sample(weights, 2, ScaleScope.PER_TENSOR, 50, 0);
    Map<Float, Integer> times = new HashMap<>();
    Set<String> choices = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      float[] some = TrainingVectors.sample(weights, 2, ScaleScope.PER_TENSOR, 5, seed);
      assertThat(some)
          .isEqualTo(TrainingVectors.sample(weights, 2, ScaleScope.PER_TENSOR, 5, seed));
      choices.add(Arrays.toString(some));
      for (int i = 0; i < 5; i++) {
        assertThat(all).contains(some[2 * i]);
        assertThat(i == 0 || some[2 * i] > some[2 * i - 2]).isTrue();
        times.merge(some[2 * i], 1, Integer::sum);
      }
    }
    assertThat(choices).hasSizeGreaterThan(35);
    assertThat(times.values()).allMatch(count -> count <= 13); // 4 expected, deviation 1.9
  }

  @Test
  void outliersAreCutOffAndWeightsThatAreNotFiniteLeftOut() {
    float[] values = new float[1 << 20];
    values[5] = 3;
    float[] sample =
        TrainingVectors.sample(weights(values, 1, 1 << 20), 8, ScaleScope.PER_TENSOR, 1 << 17, 0);
    assertThat(sample[5]).isEqualTo(FixedPoint.LARGEST);
    values[6] = Float.NaN;
    assertThat(TrainingVectors.sample(weights(values, 1, 1 << 20), 8, ScaleScope.PER_TENSOR, 9, 0))
        .isEmpty();
  }
}
