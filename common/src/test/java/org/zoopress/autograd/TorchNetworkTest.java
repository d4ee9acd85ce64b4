package org.zoopress.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.linalg.NativeLinearAlgebra;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.ValueShapes;

/** Whole networks: those of the data pack and those that are shipped. */
class TorchNetworkTest {
  private static final Path SHIPPED = Path.of("..", "datasets", "zoo");

  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder :
        List.of(SHIPPED, Path.of(System.getProperty("zoopress.test.data", "absent")))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.walk(folder, 2)) {
          all.filter(f -> f.toString().endsWith(".onnx")).sorted().forEach(files::add);
        }
      }
    }
    return files;
  }

  private static float[] logits(StoredNetwork stored, float[] input, int batch) {
    try (TorchNetwork network = stored.open()) {
      return logits(stored, network, input, batch, BatchStatistics.STORED);
    }
  }

  private static float[] logits(
      StoredNetwork stored,
      TorchNetwork network,
      float[] input,
      int batch,
      BatchStatistics statistics) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor x = Tensors.of(input, stored.inputDims(batch));
      return Tensors.values(
          network.forward(Map.of(stored.input(), x), statistics, Set.of()).get(stored.output()));
    }
  }

  private static float[] onnxRuntime(StoredNetwork stored, float[] input, int batch)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(stored.file().toString(), options);
          OnnxTensor x =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(input), stored.inputDims(batch));
          OrtSession.Result result =
              session.run(Map.of(stored.input(), x), Set.of(stored.output()))) {
        FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void logitsEqualOnnxRuntimes(Path file) throws Exception {
    StoredNetwork stored = StoredNetwork.read(file);
    int batch = 3;
    float[] input = stored.randomInput(batch, 5);

    assertThat(logits(stored, input, batch))
        .containsExactly(onnxRuntime(stored, input, batch), within(1e-4f));
  }

  @ParameterizedTest
  @MethodSource("files")
  void stepsGiveWhatAWholePassGives(Path file) throws Exception {
    StoredNetwork stored = StoredNetwork.read(file);
    int batch = 2;
    float[] input = stored.randomInput(batch, 6);
    for (BatchStatistics statistics : BatchStatistics.values()) {
      try (TorchNetwork network = stored.open();
          PointerScope scope = new PointerScope();
          Stepper stepper =
              network.stepper(
                  Map.of(stored.input(), Tensors.of(input, stored.inputDims(batch))), statistics)) {
        while (stepper.hasNext()) {
          NetworkNode node = stepper.next();
          stepper.execute();
          assertThat(stepper.value(node.outputs().get(0)).defined()).isTrue();
        }
        assertThat(Tensors.values(stepper.value(stored.output())))
            .containsExactly(logits(stored, network, input, batch, statistics));
      }
    }
  }

  @Test
  void aStepReadsTheWeightOfTheMomentAndReplacedValues() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-vgg.onnx"));
    float[] input = stored.randomInput(1, 1);
    try (TorchNetwork network = stored.open();
        PointerScope scope = new PointerScope();
        Stepper stepper =
            network.stepper(
                Map.of(stored.input(), Tensors.of(input, stored.inputDims(1))),
                BatchStatistics.STORED)) {
      NetworkNode first = stepper.next();
      String weight =
          first.inputs().stream().filter(stored.weights()::containsKey).findFirst().orElseThrow();
      network.set(weight, new float[stored.weights().get(weight).length]);
      stepper.execute();
      String value = first.outputs().get(0);
      float[] output = Tensors.values(stepper.value(value));
      assertThat(output).containsOnly(output[0]);

      float[] other = new float[output.length];
      Arrays.fill(other, 2.5f);
      stepper.replace(value, Tensors.of(other, Tensors.shape(stepper.value(value)).dims()));
      assertThat(Tensors.values(stepper.value(value))).containsOnly(2.5f);
      assertThatThrownBy(() -> stepper.replace(value, Tensors.of(new float[2], 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 for " + value);
      assertThatThrownBy(() -> stepper.value(stored.output()))
          .isInstanceOf(IllegalArgumentException.class);

      while (stepper.hasNext()) {
        stepper.execute();
      }
      assertThatThrownBy(stepper::next).hasMessage("all nodes are executed");
      assertThatThrownBy(() -> stepper.value(value))
          .as("freed after its last reader")
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void gradientsOfAWholeNetworkEqualDifferencesAlongThem() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-separable.onnx"));
    int batch = 4;
    for (BatchStatistics statistics : BatchStatistics.values()) {
      try (TorchNetwork network = stored.open();
          PointerScope scope = new PointerScope()) {
        Tensor x = Tensors.of(stored.randomInput(batch, 3), stored.inputDims(batch));
        x.set_requires_grad(true);
        Tensor weight = network.parameter(stored.weights().keySet().iterator().next());
        weight.set_requires_grad(true);
        Tensor loss = loss(stored, network, x, statistics);
        for (Tensor gradient : Tensors.gradients(loss, List.of(x, weight))) {
          assertThat(gradient.isfinite().all().item_bool()).isTrue();
        }
        Tensor gradient =
            Tensors.gradients(loss(stored, network, x, statistics), List.of(x)).get(0);
        double norm = gradient.norm().item_double();
        Tensor direction = gradient.div(new Scalar(norm)).detach();
        double step = 1e-2;
        Tensor move = direction.mul(new Scalar(step));
        double above = loss(stored, network, x.detach().add(move), statistics).item_double();
        double below = loss(stored, network, x.detach().sub(move), statistics).item_double();
        assertThat((above - below) / (2 * step)).isCloseTo(norm, within(0.02 * norm));
      }
    }
  }

  private static Tensor loss(
      StoredNetwork stored, TorchNetwork network, Tensor x, BatchStatistics statistics) {
    Tensor y =
        network.forward(Map.of(stored.input(), x), statistics, Set.of()).get(stored.output());
    return y.mul(y).sum();
  }

  @Test
  void wantedValuesComeWithTheOutputsAndGradientsReachThem() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-resnet-a.onnx"));
    String wanted = stored.network().nodes().get(4).outputs().get(0);
    try (TorchNetwork network = stored.open()) {
      Map<String, Tensor> inputs;
      try (PointerScope scope = new PointerScope()) {
        Tensor x = Tensors.of(stored.randomInput(2, 3), stored.inputDims(2));
        x.set_requires_grad(true);
        inputs = Map.of(stored.input(), x);
        Map<String, Tensor> values =
            network.forward(inputs, BatchStatistics.STORED, Set.of(wanted, stored.input()));
        assertThat(values).containsOnlyKeys(wanted, stored.input(), stored.output());
        Tensor gradient =
            Tensors.gradients(values.get(stored.output()).sum(), List.of(values.get(wanted)))
                .get(0);
        assertThat(Tensors.shape(gradient)).isEqualTo(Tensors.shape(values.get(wanted)));
        assertThat(gradient.abs().sum().item_float()).isPositive();
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-vgg.onnx"));
    assertThatThrownBy(() -> TorchNetwork.of(stored.network(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("glyph-vgg.onnx: missing [");
    try (TorchNetwork network = stored.open()) {
      String weight = stored.weights().keySet().iterator().next();
      assertThatThrownBy(() -> network.set(weight, new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 values for a tensor of");
      assertThatThrownBy(() -> network.parameter("absent")).hasMessage("no weight absent");
      assertThatThrownBy(() -> network.forward(Map.of(), BatchStatistics.STORED, Set.of()))
          .isInstanceOf(IllegalStateException.class);
      try (PointerScope scope = new PointerScope()) {
        assertThatThrownBy(() -> network.forward(Map.of(), BatchStatistics.STORED, Set.of()))
            .hasMessageContaining("which takes [" + stored.input() + "]");
        Map<String, Tensor> inputs = Map.of(stored.input(), Tensors.of(new float[12], 1, 3, 2, 2));
        assertThatThrownBy(
                () -> network.forward(inputs, BatchStatistics.STORED, Set.of("no value")))
            .hasMessageContaining("wanted values [no value]");
        assertThatThrownBy(() -> network.forward(inputs, BatchStatistics.STORED, Set.of()))
            .hasMessageStartingWith("Cannot execute Conv")
            .hasMessageContaining("of glyph-vgg.onnx:");
      }
    }
  }

  @Test
  void threadsSideBySideComputeWhatOneThreadComputes() throws Exception {
    List<StoredNetwork> networks =
        List.of(
            StoredNetwork.read(SHIPPED.resolve("glyph-resnet-a.onnx")),
            StoredNetwork.read(SHIPPED.resolve("glyph-separable.onnx")));
    List<float[]> alone = new ArrayList<>();
    for (StoredNetwork stored : networks) {
      alone.add(gradientSteps(stored, 10));
    }
    ExecutorService threads = Executors.newFixedThreadPool(networks.size());
    try {
      List<Future<float[]>> together = new ArrayList<>();
      for (StoredNetwork stored : networks) {
        together.add(threads.submit(() -> gradientSteps(stored, 10)));
      }
      for (int i = 0; i < networks.size(); i++) {
        assertThat(result(together.get(i))).containsExactly(alone.get(i));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] result(Future<float[]> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Moves the input along the gradient of Σ y²; the last input. */
  private static float[] gradientSteps(StoredNetwork stored, int steps) {
    float[] input = stored.randomInput(8, 11);
    try (TorchNetwork network = stored.open()) {
      for (int step = 0; step < steps; step++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor x = Tensors.of(input, stored.inputDims(8));
          x.set_requires_grad(true);
          Tensor loss = loss(stored, network, x, BatchStatistics.BATCH);
          float[] gradient = Tensors.values(Tensors.gradients(loss, List.of(x)).get(0));
          for (int i = 0; i < input.length; i++) {
            input[i] -= 1e-3f * gradient[i];
          }
        }
      }
    }
    return input;
  }

  @Test
  void repeatedRunsGiveTheSameBits() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-resnet-a.onnx"));
    assertThat(gradientSteps(stored, 5)).containsExactly(gradientSteps(stored, 5));
  }

  @Test
  void memoryDoesNotGrowOverManySteps() throws IOException {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-resnet-a.onnx"));
    ValueShapes shapes = ValueShapes.of(stored.network(), 8);
    long stepBytes =
        stored.network().nodes().stream()
            .mapToLong(node -> Float.BYTES * shapes.of(node.outputs().get(0)).elements())
            .sum();
    assertThat(200 * stepBytes).as("bytes if no step freed its values").isGreaterThan(512L << 20);
    gradientSteps(stored, 20);
    assertThat(Pointer.maxPhysicalBytes()).as("JavaCPP's own bound").isZero();
    long before = Pointer.physicalBytes();
    gradientSteps(stored, 200);
    assertThat(Pointer.physicalBytes() - before).isLessThan(256L << 20);
  }

  @Test
  void nativeLibrariesDoNotDisturbOneAnother() throws Exception {
    StoredNetwork stored = StoredNetwork.read(SHIPPED.resolve("glyph-resnet-b.onnx"));
    float[] input = stored.randomInput(4, 2);
    float[] torch = logits(stored, input, 4);
    float[] onnx = onnxRuntime(stored, input, 4);
    DenseMatrix product = product();
    for (int round = 0; round < 3; round++) {
      assertThat(product().values()).containsExactly(product.values());
      assertThat(logits(stored, input, 4)).containsExactly(torch);
      assertThat(onnxRuntime(stored, input, 4)).containsExactly(onnx);
    }
  }

  private static DenseMatrix product() {
    double[] values = new Random(4).doubles(300 * 300).toArray();
    DenseMatrix matrix = new DenseMatrix(300, 300, values);
    return new NativeLinearAlgebra().multiply(matrix, matrix);
  }
}
