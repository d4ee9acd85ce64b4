package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.Trellis;
import org.zoopress.datafree.DataFreeSettings.Normalizations;
import org.zoopress.error.BadModelException;
import org.zoopress.evaluate.TinyOnnx;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;

/** On networks of one or two layers with seeded weights. */
class NetworkChecksTest {
  private static final String FILE = "tiny.onnx";
  private static final int INPUTS = 8;

  @TempDir Path folder;

  private static DataFreeSettings settings() {
    return new DataFreeSettings(
        16,
        16,
        2,
        1 << 20,
        Normalizations.FOLDED,
        0.4,
        0.003,
        Trellis.STATES_8,
        Optional.empty(),
        0.5,
        8,
        2,
        0.003,
        2,
        4,
        3,
        EnumSet.allOf(Idea.class));
  }

  private static float[] random(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] all(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  /** x · W, and one more operation where there is one. */
  private static TinyOnnx linear(int inputs, float[] weights, String... last) {
    TinyOnnx onnx =
        new TinyOnnx()
            .input("x", TinyOnnx.FLOAT, 1, inputs)
            .initializer("W", weights, inputs, weights.length / inputs)
            .node("MatMul", "scores", "x", "W");
    String output = "scores";
    for (String operator : last) {
      onnx.node(operator, operator, output);
      output = operator;
    }
    return onnx.output(output, TinyOnnx.FLOAT);
  }

  /** Convolution 1×1 to four channels, batch norm, Relu, Flatten, linear to three classes. */
  private static TinyOnnx normalized(float variance) {
    return new TinyOnnx()
        .input("x", TinyOnnx.FLOAT, 1, 2, 4, 4)
        .initializer("K", random(4 * 2), 4, 2, 1, 1)
        .initializer("scale", new float[] {1, 0.5f, 2, 1.5f}, 4)
        .initializer("shift", new float[] {0.1f, 0.2f, -0.3f, 0}, 4)
        .initializer("mean", new float[] {0.3f, -0.1f, 0, 0.2f}, 4)
        .initializer("variance", all(4, variance), 4)
        .initializer("W", random(64 * 3), 64, 3)
        .node("Conv", "c", "x", "K")
        .node("BatchNormalization", "n", "c", "scale", "shift", "mean", "variance")
        .node("Relu", "r", "n")
        .node("Flatten", "f", "r")
        .node("MatMul", "scores", "f", "W")
        .output("scores", TinyOnnx.FLOAT);
  }

  private NetworkSolver open(TinyOnnx onnx, Set<String> keep) throws IOException {
    Files.write(folder.resolve(FILE), onnx.bytes());
    LocalModelFolder models = new LocalModelFolder(folder);
    ModelHeader header = ModelReaders.readHeader(models, FILE, ReaderLimits.DEFAULT);
    return NetworkSolver.open(
        models, header, keep, settings(), Optional.empty(), ProbeCache.NONE, Progress.NONE);
  }

  private AbstractThrowableAssert<?, ?> assertRefused(TinyOnnx onnx) {
    return assertThatThrownBy(() -> open(onnx, Set.of()).close())
        .isInstanceOf(BadModelException.class);
  }

  @Test
  void oneNumberASampleIsRefused() {
    assertRefused(linear(INPUTS, random(INPUTS)))
        .hasMessage(
            "Cannot read tiny.onnx: it gives 1 number a sample, and answers are compared as scores"
                + " of at least 2 classes. Leave it to the methods that look at tensors alone.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sigmoid", "HardSigmoid", "Tanh", "Clip"})
  void answersThatAreNoScoresAreRefused(String last) {
    assertRefused(linear(INPUTS, random(INPUTS * 3), last))
        .hasMessageContaining(
            "its last operation is %s, its answers are no scores of classes", last);
  }

  @Test
  void answersThatDoNotDependOnTheProbesAreRefused() {
    assertRefused(linear(INPUTS, all(INPUTS * 3, 0)))
        .hasMessageContaining("its answers do not depend on the probes");
  }

  /** All classes get the same score, which depends on the input: the softmax does not. */
  @Test
  void scoresThatAreTheSameForAllClassesAreRefused() {
    TinyOnnx onnx =
        new TinyOnnx()
            .input("x", TinyOnnx.FLOAT, 1, INPUTS)
            .initializer("W", random(INPUTS * 3), INPUTS, 3)
            .initializer("V", new float[3 * 2], 3, 2)
            .node("MatMul", "h", "x", "W")
            .node("MatMul", "scores", "h", "V")
            .output("scores", TinyOnnx.FLOAT);
    assertRefused(onnx).hasMessageContaining("its answers do not depend on the probes");
  }

  @Test
  void outputsOfHigherRankAreRefused() {
    TinyOnnx onnx =
        new TinyOnnx()
            .input("x", TinyOnnx.FLOAT, 1, 2, 4, 4)
            .initializer("K", random(3 * 2), 3, 2, 1, 1)
            .node("Conv", "c", "x", "K")
            .output("c", TinyOnnx.FLOAT);
    assertRefused(onnx).hasMessageContaining("its output 'c' has shape");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    float[] weights = random(INPUTS * 3);
    weights[5] = Float.NaN;
    assertRefused(linear(INPUTS, weights))
        .hasMessageContaining("values of its weight 'W' are not finite");
  }

  @Test
  void answersThatOverflowAreRefused() {
    assertRefused(linear(INPUTS, all(INPUTS * 3, Float.MAX_VALUE)))
        .hasMessageContaining("its answers to probes are not finite");
  }

  @Test
  void negativeVariancesAreRefused() {
    assertRefused(normalized(-0.5f))
        .hasMessageContaining("variance 'variance' of a batch norm holds -0.5");
  }

  @Test
  void layersWhoseSecondMomentsAreTooLargeAreRefused() {
    assertRefused(linear(1024, random(1024 * 2)))
        .hasMessageContaining(
            "second moments of the 1024 inputs of layer 'W' need 83886080 bytes, and 4 times"
                + " second-order.memory is 4194304. Raise second-order.memory");
  }

  @Test
  void samplesThatMemoryCannotHoldAreRefused() {
    TinyOnnx onnx =
        new TinyOnnx()
            .input("x", TinyOnnx.FLOAT, 1, 1, 256, 256)
            .initializer("K", random(3), 3, 1, 1, 1)
            .node("Conv", "c", "x", "K")
            .node("GlobalAveragePool", "p", "c")
            .node("Flatten", "scores", "p")
            .output("scores", TinyOnnx.FLOAT);
    assertRefused(onnx)
        .hasMessageContaining("the largest values of 2 samples need 12582912 bytes")
        .hasMessageContaining("second-order.memory is 1048576");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scale", "shift", "mean", "variance"})
  void aBatchNormStaysExactWithAnyOfItsVectors(String kept) throws IOException {
    try (NetworkSolver solver = open(normalized(0.7f), Set.of(kept))) {
      NetworkSolution solution = solver.solve(new NetworkGoal(OptionalLong.of(400), 0));
      NetworkCandidate candidate = solution.candidates().get(0);
      for (String name : List.of("scale", "shift", "mean", "variance")) {
        assertThat(candidate.squaredErrors()[solution.members().indexOf(name)]).isZero();
      }
      assertThat(candidate.normalization()).startsWith("none");
      assertThat(candidate.divergence()).isFinite();
    }
  }

  @Test
  void aBoundOfNoBytesGivesTheSmallest() throws IOException {
    try (NetworkSolver solver = open(normalized(0.7f), Set.of())) {
      assertThat(solver.solve(new NetworkGoal(OptionalLong.of(1), 0)).candidates()).hasSize(1);
    }
  }
}
