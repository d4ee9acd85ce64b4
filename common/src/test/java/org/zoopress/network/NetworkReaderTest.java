package org.zoopress.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.BadModelException;
import org.zoopress.evaluate.ProtobufMessage;
import org.zoopress.network.OnnxFile.Node;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ReaderLimits;

/** Small networks, right ones and wrong ones. */
class NetworkReaderTest {
  @TempDir Path folder;

  private static OnnxFile image() {
    return new OnnxFile().input("x", OnnxFile.FLOAT, -1, 3, 8, 8);
  }

  private static List<String> operators(Network network) {
    return network.nodes().stream().map(NetworkNode::operator).toList();
  }

  /** torch's x.view(x.size(0), -1): the batch is unknown, and the target 0, −1 says so. */
  @Test
  void flattenByShapeGatherAndReshapeHasNoSizeOfTheBatchInIt() throws Exception {
    Network network =
        image()
            .node("Shape", "sizes", "x")
            .scalar("zero", 0)
            .node("Gather", "batch", "sizes", "zero")
            .integers("first", 0)
            .node("Unsqueeze", "batch1", "batch", "first")
            .integers("rest", -1)
            .node(new Node("Concat", "target", "batch1", "rest").number("axis", 0))
            .node("Reshape", "flat", "x", "target")
            .weight("w", 10, 192)
            .node(new Node("Gemm", "y", "flat", "w").number("transB", 1))
            .output("y")
            .read(folder);
    assertThat(operators(network)).containsExactly("Reshape", "Gemm");
    assertThat(network.constants().get(network.nodes().get(0).input(1)).integers())
        .containsExactly(0, 192);
    assertThat(ValueShapes.of(network, 5).of("y")).isEqualTo(Shape.of(5, 10));
  }

  @Test
  void sizesComputedFromTheBatchBecomeTheOpenSizeOfAReshape() throws Exception {
    Network network =
        image()
            .node("Shape", "sizes", "x")
            .integers("two", 0, 1)
            .node("Gather", "picked", "sizes", "two")
            .node(new Node("ReduceProd", "both", "picked").number("keepdims", 1))
            .integers("area", 64)
            .node(new Node("Concat", "target", "both", "area").number("axis", 0))
            .node("Reshape", "y", "x", "target")
            .output("y")
            .read(folder);
    assertThat(network.constants().get(network.nodes().get(0).input(1)).integers())
        .containsExactly(-1, 64);
    assertThat(ValueShapes.of(network, 2).of("y")).isEqualTo(Shape.of(6, 64));
  }

  @Test
  void attributesOfOldOperatorSetsAreInputs() throws Exception {
    Network network =
        image()
            .opset(9)
            .node(new Node("Clip", "c", "x").real("min", 0).real("max", 6))
            .node(
                new Node("Pad", "p", "c")
                    .numbers("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                    .text("mode", "constant"))
            .node(
                new Node("Slice", "s", "p")
                    .numbers("starts", 0)
                    .numbers("ends", 9)
                    .numbers("axes", 2))
            .node(new Node("ReduceMean", "m", "s").numbers("axes", 2, 3).number("keepdims", 1))
            .node(new Node("Squeeze", "q", "m").numbers("axes", 3))
            .node(new Node("Unsqueeze", "u", "q").numbers("axes", 1))
            .output("u")
            .read(folder);
    ValueShapes shapes = ValueShapes.of(network, 2);
    assertThat(shapes.of("p")).isEqualTo(Shape.of(2, 3, 10, 10));
    assertThat(shapes.of("s")).isEqualTo(Shape.of(2, 3, 9, 10));
    assertThat(shapes.of("u")).isEqualTo(Shape.of(2, 1, 3, 1));
    assertThat(network.constants().get(network.nodes().get(0).input(2)).floats())
        .containsExactly(6);
    assertThat(network.nodes()).allSatisfy(n -> assertThat(n.attributes().floats()).isEmpty());
  }

  @Test
  void identityDropoutAndCastsLeaveTheNetwork() throws Exception {
    Network network =
        image()
            .node("Identity", "a", "x")
            .node(new Node("Cast", "b", "a").number("to", 1))
            .node("Relu", "r", "b")
            .node(new Node("Dropout", "d", "r").output("mask"))
            .node("Identity", "y", "d")
            .output("y")
            .read(folder);
    assertThat(operators(network)).containsExactly("Relu");
    assertThat(network.nodes().get(0).inputs()).containsExactly("x");
    assertThat(network.outputs()).containsExactly("r");
  }

  @Test
  void nodesInAnyOrderAreSortedAndUnusedOnesDropped() throws Exception {
    Network network =
        image()
            .node("Relu", "y", "b")
            .node("NoSuchOperator", "unused", "x")
            .node("Tanh", "b", "a")
            .node("Sigmoid", "a", "x")
            .output("y")
            .read(folder);
    assertThat(operators(network)).containsExactly("Sigmoid", "Tanh", "Relu");
    assertThat(network.nodes().stream().map(NetworkNode::index)).containsExactly(0, 1, 2);
  }

  @Test
  void constantsOfTypedFieldsAndOfExternalDataAreRead() throws Exception {
    byte[] external =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(0).putLong(192).array();
    Files.write(folder.resolve("net.data"), external);
    ProtobufMessage target =
        new ProtobufMessage()
            .number(1, 2)
            .number(2, OnnxFile.INT64)
            .text(8, "target")
            .message(13, new ProtobufMessage().text(1, "location").text(2, "net.data"))
            .number(14, 1);
    ProtobufMessage axes =
        new ProtobufMessage().number(1, 1).number(2, OnnxFile.INT64).text(8, "axes").number(7, 1);
    Network network =
        image()
            .initializer(target)
            .initializer(axes)
            .node("Reshape", "flat", "x", "target")
            .node("Unsqueeze", "y", "flat", "axes")
            .output("y")
            .read(folder);
    assertThat(ValueShapes.of(network, 2).of("y")).isEqualTo(Shape.of(2, 1, 192));
  }

  @Test
  void layersHaveTheirBiasBatchNormAndOrientation() throws Exception {
    OnnxFile file =
        image()
            .weight("c", 6, 1, 3, 3)
            .weight("cb", 6, 1, 1)
            .weight("n", 6)
            .weight("g", 6, 5)
            .weight("gb", 5)
            .weight("m", 5, 5)
            .weight("mb", 5)
            .node(new Node("Conv", "conv", "x", "c").number("group", 3))
            .node("Add", "convb", "conv", "cb")
            .node(
                new Node("BatchNormalization", "norm", "convb", "n", "n", "n", "n")
                    .real("epsilon", 0.5f))
            .node("GlobalAveragePool", "pool", "norm")
            .node("Flatten", "flat", "pool")
            .node("Gemm", "gemm", "flat", "g", "gb")
            .node(new Node("Transpose", "mt", "m").numbers("perm", 1, 0))
            .node("MatMul", "mul", "gemm", "mt")
            .node("Add", "mulb", "mb", "mul")
            .node("MatMul", "again", "mulb", "m")
            .node("Add", "twice", "again", "again")
            .output("twice");
    Network network = file.read(folder);
    List<NetworkLayer> layers = NetworkLayers.of(network);
    assertThat(layers).extracting(NetworkLayer::weight).containsExactly("c", "g", "m", "m");
    assertThat(layers)
        .extracting(l -> l.bias().orElse("none"))
        .containsExactly("cb", "gb", "mb", "none");
    assertThat(layers)
        .extracting(NetworkLayer::inputsFirst)
        .containsExactly(false, true, false, true);
    assertThat(layers)
        .extracting(NetworkLayer::result)
        .containsExactly("norm", "gemm", "mulb", "again");
    assertThat(layers).extracting(NetworkLayer::outputs).containsExactly(6, 5, 5, 5);
    assertThat(layers.get(0).groups()).isEqualTo(3);
    assertThat(layers.get(0).normalization().orElseThrow().epsilon()).isEqualTo(0.5f);
    assertThat(NetworkLayers.byWeight(layers).get("m")).hasSize(2);
    MultiplyAccumulates counts = MultiplyAccumulates.of(network, layers);
    assertThat(layers.stream().map(counts::of)).containsExactly(6L * 36 * 9, 30L, 25L, 25L);
    Consumers consumers = Consumers.of(network);
    assertThat(consumers.of("n")).hasSize(1);
    assertThat(consumers.of("m")).hasSize(2);
    assertThat(consumers.only("again")).isPresent();
    assertThat(consumers.only("twice")).isEmpty();
  }

  @Test
  void aNormThatSharesItsInputIsNoPartOfTheLayer() throws Exception {
    Network network =
        image()
            .weight("c", 3, 3, 1, 1)
            .weight("n", 3)
            .node("Conv", "conv", "x", "c")
            .node("BatchNormalization", "norm", "conv", "n", "n", "n", "n")
            .node("Add", "y", "norm", "conv")
            .output("y")
            .read(folder);
    NetworkLayer layer = NetworkLayers.of(network).get(0);
    assertThat(layer.normalization()).isEmpty();
    assertThat(layer.result()).isEqualTo("conv");
  }

  /** A weight that exporters hand on under other names stays one weight. */
  @Test
  void sharedWeightsBehindIdentityAreOne() throws Exception {
    Network network =
        image()
            .weight("c", 3, 3, 1, 1)
            .node("Identity", "c2", "c")
            .node("Conv", "a", "x", "c")
            .node("Conv", "b", "a", "c2")
            .output("b")
            .read(folder);
    assertThat(network.weights()).containsOnlyKeys("c");
    assertThat(NetworkLayers.byWeight(NetworkLayers.of(network)).get("c")).hasSize(2);
  }

  @Test
  void shapesComputedFromFloatConstantsAreFolded() throws Exception {
    Network network =
        image()
            .floats("half", new long[] {1}, 0.5f)
            .integers("sixteen", 16)
            .node(new Node("Cast", "real", "sixteen").number("to", 1))
            .node("Mul", "eight", "real", "half")
            .node(new Node("Cast", "whole", "eight").number("to", 7))
            .integers("open", -1)
            .node(new Node("Concat", "target", "open", "whole").number("axis", 0))
            .node("Reshape", "y", "x", "target")
            .output("y")
            .read(folder);
    assertThat(operators(network)).containsExactly("Reshape");
    assertThat(network.weights()).isEmpty();
    assertThat(ValueShapes.of(network, 1).of("y")).isEqualTo(Shape.of(24, 8));
  }

  // Wrong ones.

  private void refused(OnnxFile file, String problem) {
    refusedWith(file, "Cannot read net.onnx: " + problem);
  }

  private void refusedWith(OnnxFile file, String start) {
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith(start)
        .hasMessageMatching("(?s).*\\. [A-Z][^.]*\\.");
  }

  @Test
  void branchesAreRefused() {
    OnnxFile branch = new OnnxFile().node("Relu", "b", "x").output("b");
    refused(
        image()
            .integers("yes", 1)
            .node(new Node("If", "y", "yes").graph("then_branch", branch))
            .output("y"),
        "operation If theIf: its attribute 'then_branch' is a graph. Export the network by tracing");
  }

  @Test
  void circlesAreRefused() {
    refused(
        image().node("Add", "a", "x", "b").node("Relu", "b", "a").output("b"),
        "operation Add theAdd: it needs its own value");
  }

  @Test
  void valuesThatNothingComputesAreRefused() {
    refused(
        image().node("Add", "y", "x", "lost").output("y"),
        "operation Add theAdd: nothing computes its input 'lost'. Export the network again.");
    refused(image().output("y"), "nothing computes its output 'y'");
  }

  @Test
  void valuesOfTwoOriginsAreRefused() {
    refused(
        image().node("Relu", "y", "x").node("Tanh", "y", "x").output("y"),
        "operation Tanh theTanh: its value 'y' has another origin too");
  }

  @Test
  void operatorsThatNothingExecutesAreNamed() {
    refused(
        image().node("Erf", "y", "x").output("y"),
        "operation Erf theErf: it is none that Zoopress executes");
    refused(
        image()
            .integers("a", 1)
            .node("BitShift", "b", "a", "a")
            .node("Add", "y", "x", "b")
            .output("y"),
        "operation BitShift theBitShift: it is none that Zoopress evaluates");
  }

  @Test
  void freeSizesBesideTheBatchAreRefused() {
    refused(
        new OnnxFile().input("x", OnnxFile.FLOAT, -1, 3, -1, -1).node("Relu", "y", "x").output("y"),
        "its input 'x' has sizes [-1, 3, -1, -1]: only the first, the batch, may be free");
  }

  @Test
  void constantsThatDependOnTheBatchAreRefusedOutsideOfReshape() {
    refused(
        image()
            .node("Shape", "sizes", "x")
            .integers("first", 0)
            .node("Gather", "n", "sizes", "first")
            .node(new Node("Cast", "real", "n").number("to", 1))
            .node("Mul", "y", "x", "real")
            .output("y"),
        "operation Mul theMul: its input 'real' depends on the size of the batch");
  }

  @Test
  void constantOfHugeShapeIsRefusedBeforeItIsAllocated() {
    refused(
        image()
            .integers("huge", 1L << 20, 1L << 20)
            .node("ConstantOfShape", "c", "huge")
            .node("Add", "y", "x", "c")
            .output("y"),
        "operation ConstantOfShape theConstantOfShape: its constant value would be 1048576x1048576");
  }

  @Test
  void expansionToHugeShapeIsRefused() {
    refused(
        image()
            .integers("one", 1)
            .integers("huge", 1L << 30)
            .node("Expand", "c", "one", "huge")
            .node("Add", "y", "x", "c")
            .output("y"),
        "operation Expand theExpand: its constant value would be 1073741824");
  }

  @Test
  void hugeRangeIsRefused() {
    refused(
        image()
            .scalar("start", 0)
            .scalar("end", Long.MAX_VALUE)
            .scalar("step", 1)
            .node("Range", "c", "start", "end", "step")
            .node("Add", "y", "x", "c")
            .output("y"),
        "operation Range theRange: its constant value would be 9223372036854775807");
    refused(
        image()
            .scalar("start", 0)
            .scalar("end", 1)
            .node("Range", "c", "start", "end", "start")
            .node("Add", "y", "x", "c")
            .output("y"),
        "operation Range theRange: its step is 0.0");
  }

  @Test
  void manyLargeConstantsAreRefusedTogether() {
    OnnxFile file = image().integers("size", 1 << 20);
    for (int i = 0; i < 9; i++) {
      file.node("ConstantOfShape", "c" + i, "size");
    }
    file.node(
        new Node("Concat", "c", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8")
            .number("axis", 0));
    refused(file.node("Add", "y", "x", "c").output("y"), "operation ConstantOfShape");
  }

  @Test
  void overflowInAShapeIsRefused() {
    refused(
        image()
            .integers("big", Long.MAX_VALUE)
            .integers("two", 2)
            .node("Mul", "more", "big", "two")
            .node("Reshape", "y", "x", "more")
            .output("y"),
        "operation Mul theMul: a number in it overflows (long overflow)");
    refused(
        image()
            .integers("big", 1L << 40, 1L << 40)
            .node("ConstantOfShape", "c", "big")
            .node("Add", "y", "x", "c")
            .output("y"),
        "operation ConstantOfShape theConstantOfShape: a number in it overflows");
    refused(
        image().integers("big", 1L << 40, 1L << 40).node("Reshape", "y", "x", "big").output("y"),
        "operation Reshape theReshape: its value has no shape (long overflow)");
    refused(
        image()
            .integers("one", 1)
            .integers("zero", 0)
            .node("Div", "q", "one", "zero")
            .node("Reshape", "y", "x", "q")
            .output("y"),
        "operation Div theDiv: a number in it overflows (/ by zero)");
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    refused(
        image().weight("w", 6, 4, 3, 3).node("Conv", "y", "x", "w").output("y"),
        "operation Conv theConv: a weight 6x4x3x3 in 1 groups does not fit the 3 channels of"
            + " 61x3x8x8");
    refused(
        image().weight("w", 1, 3, 9, 9).node("Conv", "y", "x", "w").output("y"),
        "operation Conv theConv: a window of 9 is larger than the padded size 8");
    refused(
        image().weight("w", 5).node("Add", "y", "x", "w").output("y"),
        "operation Add theAdd: 61x3x8x8 and 5 do not fit each other");
    refused(
        image().integers("axes", new long[200]).node("Unsqueeze", "y", "x", "axes").output("y"),
        "operation Unsqueeze theUnsqueeze: it has 200 axes");
  }

  @Test
  void outputsOfTrainingAreRefused() {
    refused(
        image()
            .weight("n", 3)
            .node(
                new Node("BatchNormalization", "y", "x", "n", "n", "n", "n")
                    .number("training_mode", 1))
            .output("y"),
        "operation BatchNormalization theBatchNormalization: it is in training mode");
    refused(
        image()
            .node(new Node("MaxPool", "p", "x").numbers("kernel_shape", 2, 2).output("where"))
            .node("Relu", "y", "where")
            .output("y"),
        "operation Relu theRelu: its input 'where' is no first output of an operation");
  }

  @Test
  void outputsThatAreConstantAreRefused() {
    refused(
        image().integers("a", 1).node("Neg", "y", "a").output("y"),
        "its output 'y' does not depend on its input");
  }

  @Test
  void oldSoftmaxOverSeveralModesIsRefused() {
    refused(
        image().opset(11).node("Softmax", "y", "x").output("y"),
        "operation Softmax theSoftmax: it takes several modes at once, from 1 on");
  }

  /** Many tensors may lie in the same bytes of external data; what is read of them is bounded. */
  @Test
  void oneRangeOfExternalDataReadAgainAndAgainIsRefused() throws IOException {
    Files.write(folder.resolve("net.data"), new byte[1 << 23]);
    OnnxFile file = image();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      names.add("t" + i);
      file.initializer(
          new ProtobufMessage()
              .number(1, 1 << 20)
              .number(2, OnnxFile.INT64)
              .text(8, "t" + i)
              .message(13, new ProtobufMessage().text(1, "location").text(2, "net.data"))
              .number(14, 1));
    }
    file.node(new Node("Concat", "c", names.toArray(new String[0])).number("axis", 0));
    refusedWith(
        file.node("Add", "y", "x", "c").output("y"),
        "Cannot read tensor 't8' of net.onnx: its network has more than 8388608 constant elements");
  }

  /** Every file that is cut off somewhere is refused, or read as what is left of it. */
  @Test
  void truncatedFilesNeverFailOtherwise() throws Exception {
    byte[] whole =
        image()
            .weight("c", 3, 3, 1, 1)
            .integers("t", 0, -1)
            .node("Conv", "a", "x", "c")
            .node("Reshape", "y", "a", "t")
            .output("y")
            .bytes();
    for (int length = 0; length < whole.length; length++) {
      Files.write(folder.resolve("net.onnx"), Arrays.copyOf(whole, length));
      try {
        NetworkReader.read(new LocalModelFolder(folder), "net.onnx", ReaderLimits.DEFAULT);
      } catch (BadModelException expected) {
        assertThat(expected).hasMessageStartingWith("Cannot read");
      }
    }
  }

  /** One or two bytes of a file with most kinds of parts are changed. */
  @Test
  void changedFilesSeed7NeverFailOtherwise() throws Exception {
    byte[] whole =
        image()
            .weight("c", 6, 1, 3, 3)
            .weight("n", 6)
            .integers("spots", 0)
            .scalar("zero", 0)
            .integers("open", -1)
            .node(new Node("Conv", "a", "x", "c").number("group", 3).numbers("strides", 2, 2))
            .node("BatchNormalization", "b", "a", "n", "n", "n", "n")
            .node(new Node("MaxPool", "p", "b").numbers("kernel_shape", 2, 2))
            .node("Shape", "s", "p")
            .node("Gather", "g", "s", "zero")
            .node("Unsqueeze", "u", "g", "spots")
            .node(new Node("Concat", "t", "u", "open").number("axis", 0))
            .node(
                new Node("ConstantOfShape", "f", "spots")
                    .tensor("value", OnnxFile.integerTensor("", new long[] {1}, 3)))
            .node("Reshape", "r", "p", "t")
            .node(new Node("Transpose", "y", "r").numbers("perm", 1, 0))
            .output("y")
            .bytes();
    SplittableRandom random = new SplittableRandom(7);
    int read = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] changed = whole.clone();
      for (int k = random.nextInt(2); k < 2; k++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      Files.write(folder.resolve("net.onnx"), changed);
      try {
        Network network =
            NetworkReader.read(new LocalModelFolder(folder), "net.onnx", ReaderLimits.DEFAULT);
        MultiplyAccumulates.of(network, NetworkLayers.of(network));
        read++;
      } catch (BadModelException expected) {
        assertThat(expected).hasMessageStartingWith("Cannot read");
      }
    }
    assertThat(read).isBetween(200, 1450);
  }

  /** What torch's expand leaves: sizes of −1 are replaced by Where(Equal(…)). */
  @Test
  void choicesAmongSizesAreFolded() throws Exception {
    Network network =
        image()
            .integers("wanted", -1, 192)
            .integers("one", 1)
            .integers("count", 2)
            .node(
                new Node("ConstantOfShape", "ones", "count")
                    .tensor("value", OnnxFile.integerTensor("", new long[] {1}, 1)))
            .node("Neg", "minus", "ones")
            .node("Equal", "open", "wanted", "minus")
            .node("Shape", "sizes", "x")
            .integers("zero", 0)
            .node("Slice", "batch", "sizes", "zero", "one")
            .node("Where", "target", "open", "batch", "wanted")
            .node("Reshape", "y", "x", "target")
            .output("y")
            .read(folder);
    assertThat(operators(network)).containsExactly("Reshape");
    assertThat(network.constants().get(network.nodes().get(0).input(1)).integers())
        .containsExactly(0, 192);
  }

  @Test
  void inputsOfImpossibleSizeAreRefused() {
    refused(
        new OnnxFile()
            .input("x", OnnxFile.FLOAT, -1, 1L << 40, 1L << 40)
            .node("Relu", "y", "x")
            .output("y"),
        "its input 'x' has sizes [-1, 1099511627776, 1099511627776]");
  }

  @Test
  void inputsOfWholeNumbersAreRefused() {
    refused(
        new OnnxFile().input("x", 7, -1, 4).node("Relu", "y", "x").output("y"),
        "its input 'x' holds no real numbers (it is of ONNX's element type 7)");
  }

  @Test
  void minAndMaxOfAnyNumberOfOperandsAreFolded() throws Exception {
    Network network =
        image()
            .integers("a", 9, 300)
            .integers("b", -1, 400)
            .integers("c", 7, 192)
            .integers("lower", -1, 5)
            .node("Min", "least", "a", "b", "c")
            .node("Max", "target", "least", "lower")
            .node("Max", "alone", "target")
            .node("Reshape", "y", "x", "alone")
            .output("y")
            .read(folder);
    assertThat(network.constants().get(network.nodes().get(0).input(1)).integers())
        .containsExactly(-1, 192);
  }

  @Test
  void truncatingModIsNotFolded() {
    OnnxFile file =
        image()
            .integers("a", -1, 192)
            .integers("b", 7, 300)
            .node(new Node("Mod", "target", "a", "b").number("fmod", 1))
            .node("Reshape", "y", "x", "target")
            .output("y");
    assertThatThrownBy(() -> file.read(folder))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("its fmod is not 0");
  }
}
