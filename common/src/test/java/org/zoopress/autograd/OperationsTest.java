package org.zoopress.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.error.UserInputException;

/** Every operation against ONNX Runtime, and its gradients against finite differences. */
class OperationsTest {
  private static final double STEP = 1e-5;

  private static SingleOperation op(String operator) {
    return new SingleOperation(operator);
  }

  private static Arguments named(String name, SingleOperation operation) {
    return Arguments.of(name, operation);
  }

  private static SingleOperation conv(long... dims) {
    return op("Conv").normal(dims);
  }

  static Stream<Arguments> cases() {
    return Stream.of(convolutions(), elements(), movements(), pools(), products(), reductions())
        .flatMap(List::stream);
  }

  private static List<Arguments> convolutions() {
    return List.of(
        named("conv", conv(2, 3, 5, 6).normal(4, 3, 3, 3).integers("kernel_shape", 3, 3).normal(4)),
        named(
            "conv without bias",
            conv(1, 2, 4, 4)
                .normal(3, 2, 1, 1)
                .integers("kernel_shape", 1, 1)
                .integers("strides", 2, 2)),
        named(
            "conv in groups, strided, padded",
            conv(2, 4, 7, 6)
                .normal(6, 2, 3, 3)
                .integers("kernel_shape", 3, 3)
                .normal(6)
                .integer("group", 2)
                .integers("strides", 2, 1)
                .integers("pads", 1, 2, 1, 2)),
        named(
            "depthwise conv, dilated, uneven pads",
            conv(2, 3, 6, 7)
                .normal(3, 1, 3, 2)
                .integers("kernel_shape", 3, 2)
                .leftOut()
                .integer("group", 3)
                .integers("dilations", 2, 1)
                .integers("pads", 2, 0, 1, 1)),
        named(
            "conv SAME_UPPER",
            conv(1, 2, 6, 5)
                .normal(2, 2, 4, 3)
                .integers("kernel_shape", 4, 3)
                .text("auto_pad", "SAME_UPPER")
                .integers("strides", 2, 2)),
        named(
            "conv SAME_LOWER",
            conv(1, 2, 6, 5)
                .normal(2, 2, 4, 3)
                .integers("kernel_shape", 4, 3)
                .text("auto_pad", "SAME_LOWER")
                .integers("strides", 2, 1)),
        named(
            "conv VALID",
            conv(1, 2, 6, 5)
                .normal(2, 2, 4, 3)
                .integers("kernel_shape", 4, 3)
                .text("auto_pad", "VALID")),
        named(
            "conv of one axis, uneven pads",
            conv(2, 2, 9)
                .normal(4, 1, 3)
                .integers("kernel_shape", 3)
                .normal(4)
                .integer("group", 2)
                .integers("pads", 2, 1)
                .integers("strides", 2)),
        named(
            "batch normalization",
            op("BatchNormalization")
                .normal(3, 2, 2, 3)
                .normal(2)
                .normal(2)
                .normal(2)
                .positive(2)
                .real("epsilon", 1e-3f)),
        named(
            "batch normalization of vectors",
            op("BatchNormalization").normal(4, 3).normal(3).normal(3).normal(3).positive(3)));
  }

  private static List<Arguments> elements() {
    List<Arguments> cases = new ArrayList<>();
    for (String name : List.of("Relu", "Sigmoid", "Tanh", "HardSigmoid", "LeakyRelu", "Identity")) {
      cases.add(named(name, op(name).normal(3, 7)));
    }
    for (String name : List.of("Add", "Sub", "Mul")) {
      cases.add(named(name, op(name).normal(2, 3, 4).normal(2, 3, 4)));
      cases.add(named(name + " broadcast", op(name).normal(2, 3, 1, 2).normal(3, 2, 1)));
      cases.add(named(name + " constant", op(name).normal(2, 3).number(0.75f)));
    }
    cases.add(named("Div", op("Div").normal(2, 3, 4).positive(3, 1)));
    cases.add(named("Div constant", op("Div").normal(2, 3).number(6f)));
    cases.add(named("HardSwish", op("HardSwish").opset(14).normal(4, 9)));
    cases.add(
        named(
            "HardSigmoid set", op("HardSigmoid").normal(9).real("alpha", 0.4f).real("beta", 0.3f)));
    cases.add(named("LeakyRelu set", op("LeakyRelu").normal(9).real("alpha", 0.3f)));
    cases.add(
        named("Clip by attributes", op("Clip").opset(10).normal(9).real("min", 0).real("max", 1)));
    cases.add(named("Clip by inputs", op("Clip").normal(9).number(-0.5f).number(0.5f)));
    cases.add(named("Clip below", op("Clip").normal(9).number(-0.5f)));
    cases.add(named("Clip above", op("Clip").normal(9).leftOut().number(0.5f)));
    cases.add(named("Clip nothing", op("Clip").normal(9)));
    cases.add(named("Clip by a computed bound", op("Clip").normal(9).normal()));
    return cases;
  }

  private static List<Arguments> movements() {
    long least = Long.MIN_VALUE;
    long most = Long.MAX_VALUE;
    return List.of(
        named("Pad", op("Pad").normal(2, 3, 2).constant(0, 1, 2, 1, 0, 3)),
        named("Pad with a value", op("Pad").normal(2, 3).constant(1, 0, 0, 2).number(7f)),
        named(
            "Pad of axes",
            op("Pad").opset(18).normal(2, 3, 4).constant(1, 2).leftOut().constant(-1)),
        named("Pad that cuts", op("Pad").normal(4, 5).constant(-1, 2, 0, -2)),
        named(
            "Pad by attributes",
            op("Pad").opset(10).normal(2, 3).integers("pads", 0, 1, 2, 0).real("value", 2)),
        named(
            "Pad reflect",
            op("Pad").normal(1, 2, 4, 3).constant(0, 0, 3, 1, 0, 0, 2, 2).text("mode", "reflect")),
        named("Pad edge", op("Pad").normal(2, 3).constant(0, 2, 1, 0).text("mode", "edge")),
        named("Slice", op("Slice").normal(4, 6).constant(1, 0).constant(3, 5)),
        named(
            "Slice of axes in steps",
            op("Slice").normal(4, 7).constant(-6).constant(most).constant(-1).constant(2)),
        named(
            "Slice backwards",
            op("Slice")
                .normal(4, 7)
                .constant(-1, 5)
                .constant(least, 0)
                .constant(0, 1)
                .constant(-1, -2)),
        named(
            "Slice by attributes",
            op("Slice").opset(9).normal(4, 7).integers("starts", 1).integers("ends", -1)),
        named("Concat", op("Concat").normal(2, 3).normal(2, 1).normal(2, 2).integer("axis", -1)),
        named("Flatten", op("Flatten").normal(2, 3, 4)),
        named("Flatten at 0", op("Flatten").normal(2, 3, 4).integer("axis", 0)),
        named("Flatten from the end", op("Flatten").normal(2, 3, 4).integer("axis", -1)),
        named("Reshape", op("Reshape").normal(2, 3, 4).constant(0, -1, 2)),
        named("Transpose", op("Transpose").normal(2, 3, 4)),
        named("Transpose by perm", op("Transpose").normal(2, 3, 4).integers("perm", 2, 0, 1)),
        named("Squeeze", op("Squeeze").normal(1, 3, 1)),
        named("Squeeze of axes", op("Squeeze").normal(1, 3, 1).constant(-1)),
        named("Unsqueeze", op("Unsqueeze").normal(3, 2).constant(-1, 0)),
        named("Unsqueeze by attribute", op("Unsqueeze").opset(11).normal(3).integers("axes", 1)));
  }

  private static List<Arguments> pools() {
    List<Arguments> cases = new ArrayList<>();
    for (String name : List.of("MaxPool", "AveragePool")) {
      cases.add(
          named(
              name,
              op(name)
                  .normal(2, 2, 6, 5)
                  .integers("kernel_shape", 2, 2)
                  .integers("strides", 2, 2)));
      cases.add(
          named(
              name + " with pads",
              op(name)
                  .normal(1, 2, 5, 6)
                  .integers("kernel_shape", 3, 2)
                  .integers("pads", 1, 1, 2, 0)));
      cases.add(
          named(
              name + " with ceil_mode",
              op(name)
                  .normal(1, 2, 6, 8)
                  .integers("kernel_shape", 3, 3)
                  .integers("strides", 2, 3)
                  .integers("pads", 1, 0, 0, 0)
                  .integer("ceil_mode", 1)));
      cases.add(
          named(
              name + " SAME_UPPER",
              op(name)
                  .normal(1, 1, 5, 6)
                  .integers("kernel_shape", 2, 3)
                  .integers("strides", 2, 2)
                  .text("auto_pad", "SAME_UPPER")));
      cases.add(
          named(
              name + " of one axis",
              op(name).normal(2, 2, 7).integers("kernel_shape", 3).integers("pads", 1, 0)));
    }
    cases.add(
        named(
            "MaxPool dilated",
            op("MaxPool")
                .normal(1, 1, 6, 6)
                .integers("kernel_shape", 2, 2)
                .integers("dilations", 2, 3)));
    cases.add(
        named(
            "AveragePool that counts pads",
            op("AveragePool")
                .normal(1, 2, 5, 6)
                .integers("kernel_shape", 3, 2)
                .integers("pads", 1, 1, 2, 0)
                .integer("count_include_pad", 1)));
    cases.add(
        named(
            "AveragePool that counts pads, with ceil_mode",
            op("AveragePool")
                .opset(19)
                .normal(1, 2, 6, 6)
                .integers("kernel_shape", 3, 3)
                .integers("strides", 2, 2)
                .integers("pads", 1, 1, 0, 0)
                .integer("ceil_mode", 1)
                .integer("count_include_pad", 1)));
    cases.add(named("GlobalAveragePool", op("GlobalAveragePool").normal(2, 3, 4, 2)));
    cases.add(named("GlobalMaxPool", op("GlobalMaxPool").normal(2, 3, 4)));
    return cases;
  }

  private static List<Arguments> products() {
    return List.of(
        named("Gemm", op("Gemm").normal(2, 3).normal(3, 4).normal(4)),
        named("Gemm without C", op("Gemm").normal(2, 3).normal(3, 4).real("alpha", 0.5f)),
        named(
            "Gemm of transposes",
            op("Gemm")
                .normal(3, 2)
                .normal(4, 3)
                .normal(2, 1)
                .integer("transA", 1)
                .integer("transB", 1)
                .real("alpha", 0.5f)
                .real("beta", -2)),
        named("MatMul", op("MatMul").normal(2, 3).normal(3, 4)),
        named("MatMul of many", op("MatMul").normal(2, 1, 2, 3).normal(2, 3, 2)),
        named("MatMul with a vector", op("MatMul").normal(2, 3).normal(3)));
  }

  private static List<Arguments> reductions() {
    return List.of(
        named("ReduceMean", op("ReduceMean").normal(2, 3, 4).integers("axes", -1, 1)),
        named("ReduceMean of all", op("ReduceMean").normal(2, 3).integer("keepdims", 0)),
        named(
            "ReduceMean by input",
            op("ReduceMean").opset(18).normal(2, 3, 4).constant(2).integer("keepdims", 0)),
        named(
            "ReduceMean of nothing",
            op("ReduceMean").opset(18).normal(2, 3).integer("noop_with_empty_axes", 1)),
        named("ReduceSum", op("ReduceSum").normal(2, 3, 4).constant(0, 2)),
        named("Softmax", op("Softmax").normal(3, 5)),
        named("Softmax of an axis", op("Softmax").normal(2, 3, 4).integer("axis", 1)),
        named("LogSoftmax", op("LogSoftmax").normal(3, 5)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsOnnxRuntime(String name, SingleOperation operation) throws OrtException {
    SingleOperation.Operand expected = operation.expected();

    try (TorchNetwork network = TorchNetwork.of(operation.network(), Map.of());
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      operation.fed().forEach((key, x) -> inputs.put(key, Tensors.of(x.values(), x.dims())));
      Tensor y = network.forward(inputs, BatchStatistics.STORED, Set.of()).get("y");

      assertThat(Tensors.shape(y).dims()).isEqualTo(expected.dims());
      assertThat(Tensors.values(y)).containsExactly(expected.values(), within(1e-5f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void gradientsEqualFiniteDifferences(String name, SingleOperation operation) {
    gradientsEqualFiniteDifferences(operation, BatchStatistics.STORED);
  }

  @Test
  void gradientsOfBatchStatisticsEqualFiniteDifferences() {
    gradientsEqualFiniteDifferences(
        op("BatchNormalization").normal(3, 2, 2, 3).normal(2).normal(2).normal(2).positive(2),
        BatchStatistics.BATCH);
  }

  /** In double precision, for L = Σ r · y with random r. */
  private static void gradientsEqualFiniteDifferences(
      SingleOperation operation, BatchStatistics statistics) {
    try (TorchNetwork network = TorchNetwork.of(operation.network(), Map.of());
        PointerScope scope = new PointerScope()) {
      Map<String, double[]> elements = new LinkedHashMap<>();
      operation
          .fed()
          .forEach(
              (key, x) -> {
                double[] doubles = new double[x.values().length];
                for (int i = 0; i < doubles.length; i++) {
                  doubles[i] = x.values()[i];
                }
                elements.put(key, doubles);
              });
      Map<String, Tensor> inputs = tensors(operation, elements);
      inputs.values().forEach(x -> x.set_requires_grad(true));
      loss(network, inputs, statistics).backward();

      elements.forEach(
          (key, values) -> {
            Tensor gradient = inputs.get(key).grad();
            double[] analytic = new double[values.length];
            if (gradient.defined()) {
              gradient.contiguous().data_ptr_double().get(analytic);
            }
            for (int i = 0; i < values.length; i++) {
              double value = values[i];
              values[i] = value + STEP;
              double above = loss(network, tensors(operation, elements), statistics).item_double();
              values[i] = value - STEP;
              double below = loss(network, tensors(operation, elements), statistics).item_double();
              values[i] = value;
              assertThat(analytic[i])
                  .as("element %d of %s", i, key)
                  .isCloseTo((above - below) / (2 * STEP), within(1e-5));
            }
          });
    }
  }

  private static Map<String, Tensor> tensors(
      SingleOperation operation, Map<String, double[]> elements) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    elements.forEach(
        (key, values) -> tensors.put(key, Tensor.create(values, operation.fed().get(key).dims())));
    return tensors;
  }

  private static Tensor loss(
      TorchNetwork network, Map<String, Tensor> inputs, BatchStatistics statistics) {
    Tensor y = network.forward(inputs, statistics, Set.of()).get("y");
    double[] weights = new Random(7).doubles(y.numel(), -1, 1).toArray();
    return y.mul(Tensor.create(weights, Tensors.dims(y))).sum();
  }

  @Test
  void batchStatisticsNormalizeTheBatch() {
    SingleOperation operation =
        op("BatchNormalization")
            .normal(5, 2, 3)
            .positive(2)
            .normal(2)
            .normal(2)
            .positive(2)
            .real("epsilon", 1e-9f);
    try (TorchNetwork network = TorchNetwork.of(operation.network(), Map.of());
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      operation.fed().forEach((key, x) -> inputs.put(key, Tensors.of(x.values(), x.dims())));
      Tensor y = network.forward(inputs, BatchStatistics.BATCH, Set.of()).get("y");
      float[] mean = Tensors.values(y.mean(0, 2));
      float[] shift = operation.fed().get("x2").values();
      float[] scale = operation.fed().get("x1").values();
      float[] squares = Tensors.values(y.mul(y).mean(0, 2));

      for (int c = 0; c < 2; c++) {
        assertThat(mean[c]).isCloseTo(shift[c], within(1e-5f));
        assertThat(squares[c] - mean[c] * mean[c])
            .as("biased variance")
            .isCloseTo(scale[c] * scale[c], within(1e-4f));
      }
      assertThat(torch.isfinite(y).all().item_bool()).isTrue();
    }
  }

  @Test
  void namesTheOperationThatIsMissing() {
    assertThatThrownBy(() -> TorchNetwork.of(op("Einsum").normal(2, 2).network(), Map.of()))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot execute Einsum (node 0) of tiny.onnx: there is no operation Einsum here."
                + " Export the network with operations that DESIGN.md lists.");
    assertThat(TorchNetwork.refusal(op("Einsum").normal(2, 2).network())).isPresent();
    assertThat(TorchNetwork.refusal(op("Relu").normal(2, 2).network())).isEmpty();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            op("Conv")
                .normal(1, 1, 2, 2, 2)
                .normal(1, 1, 1, 1, 1)
                .integers("kernel_shape", 1, 1, 1),
            "its window has 3 axes, only 1 and 2 are supported"),
        Arguments.of(
            op("MaxPool")
                .normal(1, 1, 2, 2)
                .integers("kernel_shape", 2, 2)
                .integers("strides", 0, 1),
            "its strides are [0, 1], not 2 numbers of at least 1"),
        Arguments.of(
            op("Reshape").normal(2, 2).normal(2),
            "its input 1, x1, is no constant of whole numbers"),
        Arguments.of(
            op("Pad").normal(2, 2).constant(0, 0, 1, 1).text("mode", "wrap"), "its mode is wrap"),
        Arguments.of(
            op("Slice").normal(2, 2).constant(0).constant(1).constant(0).constant(0),
            "it has a step of 0"),
        Arguments.of(
            op("BatchNormalization").normal(2, 2).integer("training_mode", 1),
            "it has training_mode=1, only 0 is supported"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesAtConstruction(SingleOperation operation, String reason) {
    assertThatThrownBy(() -> TorchNetwork.of(operation.network(), Map.of()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining(reason);
  }
}
