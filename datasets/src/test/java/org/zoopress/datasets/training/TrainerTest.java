package org.zoopress.datasets.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.zoopress.datasets.glyph.GlyphGenerator;
import org.zoopress.datasets.glyph.GlyphStyle;
import org.zoopress.datasets.glyph.Split;
import org.zoopress.datasets.network.Architectures;
import org.zoopress.datasets.network.InitialWeights;
import org.zoopress.datasets.network.Layer;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;

class TrainerTest {
  private static final TrainingPlan SHORT =
      new TrainingPlan(
          /* seed */ 7,
          GlyphStyle.STANDARD,
          /* steps */ 40,
          /* batch */ 32,
          /* peakLearningRate */ 0.05,
          /* warmUp */ 4,
          /* momentum */ 0.9,
          /* weightDecay */ 1e-3);

  @BeforeAll
  static void needsTheNativeLibrary() {
    NativeTorch.assumeLoads();
  }

  @Test
  void fortyStepsReduceTheLossAndTwoRunsAreEqual() {
    Network network = Architectures.plain(8, 32);
    List<NamedTensor> start = InitialWeights.of(network, 7);
    List<Double> losses = new ArrayList<>();
    List<NamedTensor> first =
        Trainer.train(network, start, SHORT, (step, loss) -> losses.add(loss));
    List<NamedTensor> second = Trainer.train(network, start, SHORT, (step, loss) -> {});

    assertThat(losses).hasSize(SHORT.steps());
    assertThat(mean(losses.subList(30, 40))).isLessThan(0.85 * mean(losses.subList(0, 10)));
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i).values()).as(first.get(i).name()).isEqualTo(first.get(i).values());
    }
    assertThat(start.get(0).values())
        .isEqualTo(InitialWeights.of(network, 7).get(0).values())
        .isNotEqualTo(first.get(0).values());
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Softmax regression, where the gradient is a formula: native autograd against plain loops. */
  @Test
  void weightsFollowTheUpdateRuleOfThePackageDescription() {
    Network network =
        new Network(
            "softmax regression",
            List.of(
                new Layer.Flatten("flatten", Network.INPUT),
                new Layer.Linear("fc", "flatten", 784, 10)));
    List<NamedTensor> start = InitialWeights.of(network, 7);
    List<NamedTensor> trained = Trainer.train(network, start, SHORT, (step, loss) -> {});
    SoftmaxRegression reference =
        new SoftmaxRegression(start.get(0).values(), start.get(1).values());
    reference.train(SHORT);
    assertClose(trained.get(0).values(), reference.weight());
    assertClose(trained.get(1).values(), reference.bias());
  }

  private static void assertClose(float[] values, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  /** Random weights guess; the count must not depend on how samples fall into batches. */
  @Test
  void countsOverUnevenBatchesAddUp() {
    Network network = Architectures.separable(4);
    List<NamedTensor> weights = InitialWeights.of(network, 7);
    GlyphGenerator generator = new GlyphGenerator(7, GlyphStyle.STANDARD);
    int ofLess = Trainer.countCorrect(network, weights, generator, Split.TEST, 250);
    int ofMore = Trainer.countCorrect(network, weights, generator, Split.TEST, 263);
    assertThat(ofMore - ofLess).isBetween(0, 13);
    assertThat(ofMore).isBetween(0, 120);
  }

  @Test
  void refusesWeightsOfAnotherNetwork() {
    List<NamedTensor> weights = InitialWeights.of(Architectures.plain(4, 8), 1);
    assertThatThrownBy(
            () -> Trainer.train(Architectures.plain(8, 8), weights, SHORT, (step, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features.0.weight of 4x1x3x3 given for features.0.weight of 8x1x3x3");
  }
}
