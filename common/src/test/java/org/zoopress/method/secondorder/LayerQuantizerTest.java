package org.zoopress.method.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.Trellis;
import org.zoopress.tensor.Shape;

/** The quantizer of one layer. */
class LayerQuantizerTest {
  private static LayerSettings settings(double step, double rateWeight, Trellis trellis) {
    return new LayerSettings(step, rateWeight, trellis, LayerSettings.DAMPING, Optional.empty());
  }

  private static double error(LayerProblem problem, LayerSettings settings) {
    QuantizedLayer layer = LayerQuantizer.quantize(problem, settings);
    return Kernels.outputError(problem, layer.restored());
  }

  /** Without correlation there is nothing to feed back: each weight goes to the nearest point. */
  @Test
  void inputsThatAreAllAlikeGiveTheNearestPoints() {
    float[] target = Kernels.gaussian(12 * 20, 1, 3);
    LayerProblem problem = LayerProblem.ofWeights(Shape.of(12, 20), target);
    float[] restored = LayerQuantizer.quantize(problem, settings(0.25, 0, Trellis.NONE)).restored();
    for (int i = 0; i < target.length; i++) {
      assertThat(restored[i]).isEqualTo(0.25f * Math.round(target[i] / 0.25f));
    }
  }

  /**
   * Marcellin and Fischer: about 1 dB over a uniform quantizer of the same rate, twice the step.
   */
  @Test
  void theTrellisGainsOverPlainQuantization() {
    LayerProblem problem = LayerProblem.ofWeights(Shape.of(64, 64), Kernels.gaussian(4096, 1, 5));
    double trellis = error(problem, settings(0.125, 0, Trellis.STATES_8));
    double uniform = error(problem, settings(0.25, 0, Trellis.NONE));
    assertThat(10 * Math.log10(uniform / trellis)).isBetween(0.8, 1.5);
  }

  /** One output, three inputs: between the best of all points near the target and the bound. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void smallLayersLieBetweenTheOptimumAndBabaisBound(long seed) {
    float[] target = Kernels.gaussian(3, 1, seed);
    double[] gram = Kernels.correlated(3, seed);
    LayerProblem problem = new LayerProblem(Shape.of(1, 3), 1, target, new double[][] {gram});
    QuantizedLayer layer = LayerQuantizer.quantize(problem, settings(0.5, 0, Trellis.NONE));
    double found = Kernels.outputError(problem, layer.restored());
    double step = layer.steps().of(0, 0);
    double best = Double.POSITIVE_INFINITY;
    float[] tried = new float[3];
    for (int code = 0; code < 125; code++) {
      int rest = code;
      for (int i = 0; i < 3; i++) {
        tried[i] = (float) (step * (Math.rint(target[i] / step) + rest % 5 - 2));
        rest /= 5;
      }
      best = Math.min(best, Kernels.outputError(problem, tried));
    }
    // Babai: no column is farther from its aim than half a step. Moments were divided by their
    // mean.
    ColumnOrder order = new ColumnOrder(problem.shape(), Optional.empty());
    InputFactor factor = InputFactor.of(gram, order, LayerSettings.DAMPING);
    double mean = (gram[0] + gram[4] + gram[8]) / 3;
    double bound = 0;
    for (int j = 0; j < 3; j++) {
      bound += Math.pow(0.5 * step * factor.diagonal(j), 2) * mean;
    }
    assertThat(found).isBetween(best * (1 - 1e-9), bound);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void feedbackLowersTheErrorOfOutputs(long seed) {
    LayerProblem problem = Kernels.convolution(24, 6, seed);
    LayerProblem alone = LayerProblem.ofWeights(problem.shape(), problem.target());
    LayerSettings settings = settings(0.03, 0, Trellis.STATES_8);
    double with = error(problem, settings);
    double without =
        Kernels.outputError(problem, LayerQuantizer.quantize(alone, settings).restored());
    assertThat(with).isLessThan(0.6 * without);
  }

  @Test
  void ratesAndTransformsBuyLessErrorForTheirBits() {
    LayerProblem problem = Kernels.convolution(32, 16, 21);
    QuantizedLayer free = LayerQuantizer.quantize(problem, settings(0.04, 0, Trellis.STATES_8));
    QuantizedLayer paid = LayerQuantizer.quantize(problem, settings(0.036, 0.6, Trellis.STATES_8));
    assertThat(paid.bits()).isLessThan(free.bits());
    assertThat(Kernels.outputError(problem, paid.restored()))
        .isLessThan(Kernels.outputError(problem, free.restored()));
  }

  /** Of the n columns of a block-diagonal layer those of other groups are zero. */
  @Test
  void groupsAreLayersOfTheirOwn() {
    int groups = 3;
    double[][] gram = new double[groups][];
    for (int g = 0; g < groups; g++) {
      gram[g] = Kernels.correlated(18, 40 + g);
    }
    Shape shape = Shape.of(12, 2, 3, 3);
    LayerProblem grouped = new LayerProblem(shape, groups, Kernels.gaussian(12 * 18, 0.1, 4), gram);
    LayerProblem alone = LayerProblem.ofWeights(shape, grouped.target());
    LayerSettings settings = settings(0.05, 0, Trellis.STATES_8);
    assertThat(error(grouped, settings))
        .isLessThan(
            0.7
                * Kernels.outputError(
                    grouped, LayerQuantizer.quantize(alone, settings).restored()));
  }

  @Test
  void depthwiseLayersShareStepsAndStatistics() {
    int channels = 64;
    double[][] gram = new double[channels][];
    for (int g = 0; g < channels; g++) {
      gram[g] = Kernels.correlated(9, g);
    }
    Shape shape = Shape.of(channels, 1, 3, 3);
    LayerProblem problem =
        new LayerProblem(shape, channels, Kernels.gaussian(9 * channels, 0.3, 9), gram);
    LayerSettings settings = LayerSettings.ofStep(0.1).withTransform(Kernels.cosine());
    QuantizedLayer layer = LayerQuantizer.quantize(problem, settings);
    assertThat(layer.bits() / (9 * channels)).isBetween(0.5, 4.5);
    assertThat(Kernels.outputError(problem, layer.restored()))
        .isLessThan(0.1 * Kernels.outputError(problem, new float[9 * channels]));
  }

  @Test
  void deadInputsAndZeroMomentsAreNoTrouble() {
    int n = 8;
    double[] gram = Kernels.correlated(n, 1);
    for (int i = 0; i < n; i++) {
      gram[3 * n + i] = 0;
      gram[i * n + 3] = 0;
    }
    float[] target = Kernels.gaussian(6 * n, 1, 2);
    LayerProblem dead = new LayerProblem(Shape.of(6, n), 1, target, new double[][] {gram});
    assertThat(LayerQuantizer.quantize(dead, LayerSettings.ofStep(0.1)).restored())
        .doesNotContain(Float.NaN);
    LayerProblem nothing =
        new LayerProblem(Shape.of(6, n), 1, target, new double[][] {new double[n * n]});
    assertThat(error(nothing, LayerSettings.ofStep(0.1))).isZero();
  }

  /** Moments of fewer samples than inputs have a null space. */
  @Test
  void singularMomentsAreDamped() {
    int n = 24;
    double[] x = new double[n];
    Arrays.setAll(x, i -> 1 + i % 5);
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        gram[i * n + j] = x[i] * x[j];
      }
    }
    LayerProblem problem =
        new LayerProblem(Shape.of(4, n), 1, Kernels.gaussian(4 * n, 1, 2), new double[][] {gram});
    double signal = Kernels.outputError(problem, new float[4 * n]);
    assertThat(error(problem, settings(0.5, 0, Trellis.STATES_8))).isLessThan(0.05 * signal);
  }

  @Test
  void constantTargetsAndSingleColumns() {
    float[] constant = new float[10];
    Arrays.fill(constant, -0.5f);
    LayerProblem vector = LayerProblem.ofWeights(Shape.of(10), constant);
    float[] restored = LayerQuantizer.quantize(vector, settings(0.125, 0, Trellis.NONE)).restored();
    for (float value : restored) {
      assertThat(value).isCloseTo(-0.5f, within(1e-6f));
    }
    LayerProblem zero = LayerProblem.ofWeights(Shape.of(5, 4), new float[20]);
    QuantizedLayer nothing = LayerQuantizer.quantize(zero, LayerSettings.ofStep(1));
    assertThat(nothing.restored()).containsOnly(0f);
    assertThat(nothing.bits()).isLessThan(40);
  }

  @Test
  void theSameInputGivesTheSamePoints() {
    LayerProblem problem = Kernels.convolution(16, 8, 77);
    LayerSettings settings = LayerSettings.ofStep(0.03).withTransform(Kernels.cosine());
    assertThat(LayerQuantizer.quantize(problem, settings).points())
        .isEqualTo(LayerQuantizer.quantize(problem, settings).points());
  }

  @Test
  void badProblemsAreRefused() {
    assertThatThrownBy(() -> new LayerProblem(Shape.of(2, 2), 1, new float[3], new double[1][4]))
        .hasMessage("3 weights of 2x2");
    assertThatThrownBy(() -> new LayerProblem(Shape.of(3, 2), 2, new float[6], new double[2][4]))
        .hasMessage("2 moments of 2 groups of 3x2");
    assertThatThrownBy(() -> new LayerProblem(Shape.of(2, 2), 1, new float[4], new double[1][3]))
        .hasMessage("3 second moments of 2 inputs");
    assertThatThrownBy(() -> LayerSettings.ofStep(0)).hasMessage("step 0.0");
    LayerProblem matrix = LayerProblem.ofWeights(Shape.of(4, 9), new float[36]);
    LayerSettings transformed = LayerSettings.ofStep(1).withTransform(Kernels.cosine());
    assertThatThrownBy(() -> LayerQuantizer.quantize(matrix, transformed))
        .hasMessage("transform of 9 positions for kernels of shape 4x9");
    double[] infinite = {Double.POSITIVE_INFINITY, 0, 0, 1};
    LayerProblem bad = new LayerProblem(Shape.of(1, 2), 1, new float[2], new double[][] {infinite});
    assertThatThrownBy(() -> LayerQuantizer.quantize(bad, LayerSettings.ofStep(1)))
        .hasMessage("second moments with trace Infinity");
  }
}
