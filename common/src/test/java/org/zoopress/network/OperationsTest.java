package org.zoopress.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.Shape;

/** Random operations: folded values and inferred shapes are those of ONNX Runtime. */
class OperationsTest {
  private static final int OPSET = 18;
  private static final int CASES = 40;

  /** An operation with its inputs: as a node for ONNX Runtime and as one of ours. */
  private record Case(
      String operator,
      List<Optional<Constant>> inputs,
      Map<String, long[]> attributes,
      String rule) {
    List<String> names() {
      return IntStream.range(0, inputs.size())
          .mapToObj(i -> inputs.get(i).isPresent() ? OnnxReference.name(i) : "")
          .toList();
    }

    OnnxFile.Node node() {
      OnnxFile.Node node = new OnnxFile.Node(operator, "y", names().toArray(new String[0]));
      attributes.forEach(
          (name, values) -> {
            if (LISTS.contains(name)) {
              node.numbers(name, values);
            } else {
              node.number(name, values[0]);
            }
          });
      return rule.isEmpty() ? node : node.text("auto_pad", rule);
    }

    NetworkNode own() {
      Map<String, List<Long>> integers = new HashMap<>();
      attributes.forEach((k, v) -> integers.put(k, Arrays.stream(v).boxed().toList()));
      Map<String, String> texts = rule.isEmpty() ? Map.of() : Map.of("auto_pad", rule);
      return new NetworkNode(
          0, "", operator, names(), List.of("y"), new Attributes(integers, Map.of(), texts));
    }

    Map<String, Constant> values() {
      Map<String, Constant> values = new HashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        if (inputs.get(i).isPresent()) {
          values.put(OnnxReference.name(i), inputs.get(i).get());
        }
      }
      return values;
    }

    @Override
    public String toString() {
      return operator
          + inputs.stream().map(i -> i.map(c -> c.shape().toString()).orElse("-")).toList()
          + attributes.entrySet().stream()
              .map(e -> e.getKey() + "=" + Arrays.toString(e.getValue()))
              .toList()
          + rule;
    }
  }

  private static final List<String> LISTS =
      List.of("perm", "kernel_shape", "strides", "pads", "dilations");

  private static Case of(String operator, Map<String, long[]> attributes, Constant... inputs) {
    return new Case(operator, Arrays.stream(inputs).map(Optional::of).toList(), attributes, "");
  }

  private static Shape shape(SplittableRandom random, int rank) {
    return Shape.of(random.longs(rank, 1, 5).toArray());
  }

  private static Constant integers(SplittableRandom random, Shape shape) {
    return Constant.ofIntegers(shape, random.longs(shape.elements(), -9, 10).toArray());
  }

  private static Constant floats(SplittableRandom random, Shape shape) {
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-64, 65) / 8f;
    }
    return Constant.ofFloats(shape, values);
  }

  private static Constant either(SplittableRandom random, Shape shape) {
    return random.nextBoolean() ? integers(random, shape) : floats(random, shape);
  }

  private static Constant list(long... values) {
    return Constant.ofIntegers(Shape.of(values.length), values);
  }

  /** A shape that fits another by broadcasting. */
  private static Shape partner(SplittableRandom random, Shape shape) {
    long[] dims = Arrays.copyOfRange(shape.dims(), random.nextInt(shape.rank() + 1), shape.rank());
    for (int k = 0; k < dims.length; k++) {
      dims[k] = random.nextInt(3) == 0 ? 1 : dims[k];
    }
    return Shape.of(dims);
  }

  private static Case binary(SplittableRandom random, String operator) {
    Shape a = shape(random, random.nextInt(4));
    Shape b = partner(random, a);
    boolean real = random.nextBoolean();
    Function<Shape, Constant> values = s -> real ? floats(random, s) : integers(random, s);
    Constant second = values.apply(b);
    if (operator.equals("Div") || operator.equals("Mod")) {
      for (int i = 0; i < second.integers().length; i++) {
        second.integers()[i] = second.integers()[i] == 0 ? 3 : second.integers()[i];
      }
    }
    return random.nextBoolean() || operator.equals("Div") || operator.equals("Mod")
        ? of(operator, Map.of(), values.apply(a), second)
        : of(operator, Map.of(), second, values.apply(a));
  }

  private static Case movement(SplittableRandom random, String operator) {
    Shape shape = shape(random, 1 + random.nextInt(4));
    int rank = shape.rank();
    Constant x = either(random, shape);
    int axis = random.nextInt(-rank, rank);
    return switch (operator) {
      case "Transpose" -> {
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(order, new Random(random.nextLong()));
        long[] perm = order.stream().mapToLong(Integer::longValue).toArray();
        yield of(operator, random.nextInt(4) == 0 ? Map.of() : Map.of("perm", perm), x);
      }
      case "Slice" -> {
        boolean forward = random.nextBoolean();
        // Backwards to the largest number, ONNX Runtime gives everything; its page says nothing.
        long end = forward && random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(-7, 7);
        long step = random.nextLong(1, 4) * (forward ? 1 : -1);
        yield of(
            operator, Map.of(), x, list(random.nextLong(-7, 7)), list(end), list(axis), list(step));
      }
      case "Concat" -> {
        long[] dims = shape.dims();
        dims[axis < 0 ? axis + rank : axis] = random.nextLong(1, 4);
        boolean real = x.floats().length > 0;
        Constant other = real ? floats(random, Shape.of(dims)) : integers(random, Shape.of(dims));
        yield of(operator, Map.of("axis", new long[] {axis}), x, other, x);
      }
      case "Gather" -> {
        long size = shape.dim(axis < 0 ? axis + rank : axis);
        Shape which = shape(random, random.nextInt(3));
        long[] indices = random.longs(which.elements(), -size, size).toArray();
        yield of(
            operator, Map.of("axis", new long[] {axis}), x, Constant.ofIntegers(which, indices));
      }
      case "Expand" -> {
        Constant small = either(random, partner(random, shape));
        yield of(operator, Map.of(), small, list(shape.dims()));
      }
      case "Reshape" -> {
        long[] target = {0, -1};
        yield of(operator, Map.of(), x, list(target));
      }
      case "Flatten" -> of(operator, Map.of("axis", new long[] {axis}), x);
      case "Unsqueeze" -> of(operator, Map.of(), x, list(Math.max(0, axis), rank + 1));
      case "Squeeze" -> {
        long[] dims = shape.dims();
        dims[axis < 0 ? axis + rank : axis] = 1;
        yield of(operator, Map.of(), either(random, Shape.of(dims)), list(axis));
      }
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static void sameValue(Case one) {
    Optional<Constant> expected = OnnxReference.run(one.node(), one.inputs(), OPSET);
    assertThat(expected).as("ONNX Runtime accepts %s", one).isPresent();
    Constant found =
        new ConstantFolder(new NetworkErrors("m")).fold(one.own(), one.values()).orElseThrow();
    assertThat(found.shape()).as("%s", one).isEqualTo(expected.get().shape());
    assertThat(found.integers()).as("%s", one).isEqualTo(expected.get().integers());
    assertThat(found.floats()).as("%s", one).isEqualTo(expected.get().floats());
  }

  @ParameterizedTest(name = "{0}, seed 1")
  @ValueSource(
      strings = {"Add", "Sub", "Mul", "Div", "Min", "Max", "Equal", "Less", "GreaterOrEqual"})
  void arithmeticIsThatOfOnnxRuntime(String operator) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < CASES; i++) {
      sameValue(binary(random, operator));
    }
  }

  @ParameterizedTest(name = "{0}, seed 2")
  @ValueSource(
      strings = {
        "Transpose",
        "Slice",
        "Concat",
        "Gather",
        "Expand",
        "Reshape",
        "Flatten",
        "Unsqueeze",
        "Squeeze"
      })
  void movementsAreThoseOfOnnxRuntime(String operator) {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < CASES; i++) {
      Case one = movement(random, operator);
      if (operator.equals("Reshape") && one.inputs().get(0).get().shape().rank() < 1) {
        continue;
      }
      sameValue(one);
    }
  }

  @Test
  void castsRangesAndReductionsSeed3AreThoseOfOnnxRuntime() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < CASES; i++) {
      Shape shape = shape(random, 1 + random.nextInt(3));
      for (long type : new long[] {1, 6, 7, 9}) {
        sameValue(of("Cast", Map.of("to", new long[] {type}), either(random, shape)));
      }
      Constant start = Constant.ofIntegers(Shape.of(), random.nextLong(-9, 9));
      Constant end = Constant.ofIntegers(Shape.of(), random.nextLong(-9, 9));
      long step = random.nextLong(1, 4) * (random.nextBoolean() ? 1 : -1);
      sameValue(of("Range", Map.of(), start, end, Constant.ofIntegers(Shape.of(), step)));
      Map<String, long[]> keep = Map.of("keepdims", new long[] {random.nextInt(2)});
      for (String operator : List.of("ReduceProd", "ReduceSum", "ReduceMin", "ReduceMax")) {
        Shape reduced = operator.equals("ReduceProd") ? Shape.of(2, 3) : shape;
        sameValue(of(operator, keep, integers(random, reduced)));
      }
      for (String operator : List.of("Neg", "Abs")) {
        sameValue(of(operator, Map.of(), either(random, shape)));
      }
    }
  }

  // Shapes.

  private static void sameShape(Case one) {
    Optional<Constant> expected = OnnxReference.run(one.node(), one.inputs(), OPSET);
    Optional<Shape> found;
    try {
      Map<String, Constant> values = one.values();
      Function<String, Shape> shapes = name -> values.get(name).shape();
      found = Optional.of(ShapeRules.infer(new NetworkErrors("m"), one.own(), shapes, values));
    } catch (BadModelException e) {
      found = Optional.empty();
    }
    // ONNX Runtime refuses some windows that have a shape, but none that have none.
    if (expected.isPresent()) {
      assertThat(found).as("%s", one).isEqualTo(expected.map(Constant::shape));
    }
  }

  private static Case window(SplittableRandom random, String operator) {
    int groups = 1 + random.nextInt(2);
    long[] kernel = random.longs(2, 1, 4).toArray();
    Shape x =
        Shape.of(1 + random.nextInt(2), 2L * groups, random.nextInt(5, 12), random.nextInt(5, 12));
    Map<String, long[]> attributes = new HashMap<>();
    attributes.put("kernel_shape", kernel);
    attributes.put("strides", random.longs(2, 1, 4).toArray());
    String rule = List.of("", "VALID", "SAME_UPPER", "SAME_LOWER").get(random.nextInt(4));
    if (rule.isEmpty()) {
      long[] pads = new long[4];
      for (int k = 0; k < 4; k++) {
        pads[k] = random.nextLong(kernel[k % 2]);
      }
      attributes.put("pads", pads);
    }
    boolean dilated = random.nextBoolean() && !rule.startsWith("SAME");
    if (dilated && !operator.equals("AveragePool")) {
      attributes.put("dilations", random.longs(2, 1, 3).toArray());
    }
    if (!operator.equals("Conv")) {
      if (rule.isEmpty()) {
        attributes.put("ceil_mode", new long[] {random.nextInt(2)});
      }
      return new Case(operator, List.of(Optional.of(floats(random, x))), attributes, rule);
    }
    attributes.put("group", new long[] {groups});
    Shape w = Shape.of(3L * groups, 2, kernel[0], kernel[1]);
    return new Case(
        operator,
        List.of(Optional.of(floats(random, x)), Optional.of(floats(random, w))),
        attributes,
        rule);
  }

  @ParameterizedTest(name = "{0}, seed 4")
  @ValueSource(strings = {"Conv", "MaxPool", "AveragePool"})
  void windowsHaveTheShapesOfOnnxRuntime(String operator) {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 3 * CASES; i++) {
      sameShape(window(random, operator));
    }
  }

  @Test
  void productsSeed5HaveTheShapesOfOnnxRuntime() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < CASES; i++) {
      long m = random.nextLong(1, 4);
      long k = random.nextLong(1, 4);
      long n = random.nextLong(1, 4);
      int transA = random.nextInt(2);
      int transB = random.nextInt(2);
      sameShape(
          of(
              "Gemm",
              Map.of("transA", new long[] {transA}, "transB", new long[] {transB}),
              floats(random, transA == 1 ? Shape.of(k, m) : Shape.of(m, k)),
              floats(random, transB == 1 ? Shape.of(n, k) : Shape.of(k, n)),
              floats(random, partner(random, Shape.of(m, n)))));
      Shape[] left = {Shape.of(k), Shape.of(m, k), Shape.of(2, m, k), Shape.of(3, 1, m, k)};
      Shape[] right = {Shape.of(k), Shape.of(k, n), Shape.of(2, k, n), Shape.of(1, 2, k, n)};
      sameShape(
          of(
              "MatMul",
              Map.of(),
              floats(random, left[random.nextInt(4)]),
              floats(random, right[random.nextInt(4)])));
    }
  }

  @Test
  void othersSeed6HaveTheShapesOfOnnxRuntime() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < CASES; i++) {
      Shape shape = shape(random, 3);
      Constant x = floats(random, shape);
      int axis = random.nextInt(-3, 3);
      Map<String, long[]> keep = Map.of("keepdims", new long[] {random.nextInt(2)});
      sameShape(of("ReduceMean", keep, x, list(axis)));
      sameShape(of("ReduceMean", keep, x));
      sameShape(of("Pad", Map.of(), x, list(random.longs(6, -1, 3).toArray())));
      sameShape(of("Softmax", Map.of("axis", new long[] {axis}), x));
      sameShape(of("GlobalAveragePool", Map.of(), x));
      sameShape(of("Squeeze", Map.of(), x));
    }
  }
}
