package org.zoopress.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.inputs.ExtraOutputs;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ReaderLimits;

/** Every network at hand is read, and its shapes are those that ONNX Runtime finds. */
class RealNetworksTest {
  /**
   * What is known of a network: layers, batch norms, millions of multiply-accumulates, operators.
   */
  record Known(String file, int layers, int norms, double megaMacs, String operators) {}

  private static final String RESNET = "Add Conv Gemm Pad ReduceMean Relu Slice";

  private static Path pack() {
    String data = System.getProperty("zoopress.test.data");
    Assumptions.assumeTrue(data != null, "zoopress.test.data is not set");
    return Path.of(data);
  }

  private static Network read(Path folder, String file) throws IOException {
    Assumptions.assumeTrue(Files.exists(folder.resolve(file)), file + " is absent");
    return NetworkReader.read(new LocalModelFolder(folder), file, ReaderLimits.DEFAULT);
  }

  static Stream<Known> pack_networks() {
    return Stream.of(
        new Known("cifar10_resnet/resnet20.onnx", 20, 0, 40.55, RESNET),
        new Known("cifar10_resnet/resnet20.bn.onnx", 20, 19, 40.55, RESNET + " BatchNormalization"),
        new Known("cifar10_resnet/resnet32.onnx", 32, 0, 68.86, RESNET),
        new Known("cifar10_resnet/resnet32.bn.onnx", 32, 31, 68.86, RESNET + " BatchNormalization"),
        new Known("cifar10_resnet/resnet56.onnx", 56, 0, 125.49, RESNET),
        new Known(
            "cifar10_resnet/resnet56.bn.onnx", 56, 55, 125.49, RESNET + " BatchNormalization"),
        new Known(
            "imagenet_mobilenetv2/mobilenetv2.onnx",
            53,
            0,
            300.8,
            "Add Clip Conv Flatten Pad ReduceMean"),
        new Known("mnist/lenet.onnx", 4, 0, 0.4805, "Conv Flatten Gemm MaxPool Relu"));
  }

  @ParameterizedTest
  @MethodSource("pack_networks")
  void networkOfTheDataPackHasItsLayersAndMultiplyAccumulates(Known known) throws IOException {
    Network network = read(pack(), known.file());
    List<NetworkLayer> layers = NetworkLayers.of(network);
    assertThat(operators(network)).isSubsetOf(known.operators().split(" "));
    assertThat(layers).hasSize(known.layers());
    assertThat(layers.stream().filter(l -> l.normalization().isPresent())).hasSize(known.norms());
    assertThat(MultiplyAccumulates.of(network, layers).total() / 1e6)
        .isCloseTo(known.megaMacs(), within(0.01 * known.megaMacs()));
  }

  private static Set<String> operators(Network network) {
    Set<String> operators = new TreeSet<>();
    network.nodes().forEach(node -> operators.add(node.operator()));
    return operators;
  }

  @ParameterizedTest
  @MethodSource("pack_networks")
  void shapesAreThoseOfOnnxRuntime(Known known) throws Exception {
    compareShapes(pack(), known.file());
  }

  /** All values of all nodes, which are made outputs of the network for it. */
  private static void compareShapes(Path folder, String file) throws Exception {
    Network network = read(folder, file);
    List<String> values = new ArrayList<>();
    network.nodes().forEach(node -> values.addAll(node.outputs()));
    ByteArrayOutputStream onnx = new ByteArrayOutputStream();
    onnx.writeBytes(Files.readAllBytes(folder.resolve(file)));
    onnx.writeBytes(
        ExtraOutputs.suffix(
            values.stream().filter(value -> !network.outputs().contains(value)).toList()));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    String name = network.inputs().get(0).name();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(onnx.toByteArray(), options)) {
      for (int batch : new int[] {1, 3}) {
        ValueShapes shapes = ValueShapes.of(network, batch);
        Shape input = shapes.of(name);
        float[] zeros = new float[(int) input.elements()];
        try (OnnxTensor tensor =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(zeros), input.dims());
            OrtSession.Result result = session.run(Map.of(name, tensor))) {
          for (String value : values) {
            OnnxTensor found = (OnnxTensor) result.get(value).orElseThrow();
            assertThat(shapes.of(value).dims()).as(value).isEqualTo(found.getInfo().getShape());
          }
        }
      }
    }
  }

  @Test
  void shippedNetworksAreRead() throws Exception {
    Path zoo = Path.of("..", "datasets", "zoo");
    Assumptions.assumeTrue(Files.isDirectory(zoo), "the shipped zoo is absent");
    try (Stream<Path> files = Files.list(zoo)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList()) {
        String name = file.getFileName().toString();
        assertThat(NetworkLayers.of(read(zoo, name))).as(name).hasSizeGreaterThan(5);
        compareShapes(zoo, name);
      }
    }
  }
}
