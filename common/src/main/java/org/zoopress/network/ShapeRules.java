package org.zoopress.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.zoopress.tensor.Shape;

/**
 * The shape of what an operation gives, from the shapes of what it reads, as the operator's page
 * tells it. All sizes are known: a free batch has been given a size.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
final class ShapeRules {
  /** Elements of one value; larger ones nobody could compute. */
  private static final long MAX_ELEMENTS = 1L << 40;

  static final int MAX_RANK = 64;

  private final NetworkErrors errors;
  private final NetworkNode node;
  private final Function<String, Shape> shapes;
  private final Map<String, Constant> constants;

  private ShapeRules(
      NetworkErrors errors,
      NetworkNode node,
      Function<String, Shape> shapes,
      Map<String, Constant> constants) {
    this.errors = errors;
    this.node = node;
    this.shapes = shapes;
    this.constants = constants;
  }

  /**
   * Infers the shape of the first output.
   *
   * @param shapes of all values that the node reads
   * @param constants those values that are constant
   * @throws org.zoopress.error.BadModelException if the shapes do not fit the operation
   */
  static Shape infer(
      NetworkErrors errors,
      NetworkNode node,
      Function<String, Shape> shapes,
      Map<String, Constant> constants) {
    ShapeRules rules = new ShapeRules(errors, node, shapes, constants);
    try {
      Shape shape = Shape.of(rules.dims());
      if (shape.rank() > MAX_RANK || shape.elements() > MAX_ELEMENTS) {
        throw errors.broken(node, "its value would be %s", shape);
      }
      return shape;
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw errors.broken(node, "its value has no shape (%s)", e.getMessage());
    }
  }

  private long[] dims() {
    return switch (node.operator()) {
      case "Conv" -> convolution();
      case "MaxPool", "AveragePool" -> pool();
      case "GlobalAveragePool" -> globalPool();
      case "BatchNormalization" -> normalization();
      case "Relu", "Clip", "HardSwish", "HardSigmoid", "Sigmoid", "Tanh", "LeakyRelu" -> dims(0);
      case "Softmax", "LogSoftmax" -> softmax();
      case "Add", "Sub", "Mul", "Div" -> broadcast();
      case "Gemm" -> gemm();
      case "MatMul" -> matMul();
      case "Flatten" -> flatten();
      case "Reshape" -> reshape();
      case "Transpose" -> transpose();
      case "Squeeze" -> squeeze();
      case "Unsqueeze" -> unsqueeze();
      case "ReduceMean" -> reduce();
      case "Concat" -> concat();
      case "Slice" -> slice();
      case "Pad" -> pad();
      default -> throw errors.foreign(node, "it is none that Zoopress executes");
    };
  }

  private Shape shape(int input) {
    if (node.input(input).isEmpty()) {
      throw errors.broken(node, "its input %d is left out", input);
    }
    return shapes.apply(node.input(input));
  }

  private long[] dims(int input) {
    return shape(input).dims();
  }

  private long[] numbers(int input) {
    Constant value = constants.get(node.input(input));
    if (value == null || value.shape().rank() > 1) {
      throw errors.foreign(node, "its input '%s' is no list of constants", node.input(input));
    }
    return value.integers();
  }

  private void require(boolean condition, String problem, Object... values) {
    if (!condition) {
      throw errors.broken(node, problem, values);
    }
  }

  // Convolutions and pools.

  private long[] convolution() {
    Shape x = shape(0);
    Shape w = shape(1);
    int spatial = w.rank() - 2;
    require(spatial >= 1 && x.rank() == w.rank(), "a weight %s cannot slide over %s", w, x);
    long groups = node.attributes().integer("group", 1);
    require(
        groups >= 1
            && groups <= Integer.MAX_VALUE
            && x.dim(1) == Math.multiplyExact(w.dim(1), groups)
            && w.dim(0) % groups == 0,
        "a weight %s in %d groups does not fit the %d channels of %s",
        w,
        groups,
        x.dim(1),
        x);
    if (!node.input(2).isEmpty()) {
      Shape bias = shape(2);
      require(bias.equals(Shape.of(w.dim(0))), "its bias is %s, it has %d outputs", bias, w.dim(0));
    }
    long[] kernel = Arrays.copyOfRange(w.dims(), 2, w.rank());
    List<Long> told = node.attributes().integerList("kernel_shape");
    require(
        told.isEmpty() || Arrays.equals(array(told), kernel),
        "its kernel_shape is %s, its weight %s",
        told,
        w);
    return window(x, w.dim(0), kernel, false);
  }

  private long[] pool() {
    Shape x = shape(0);
    long[] kernel = array(node.attributes().integerList("kernel_shape"));
    require(
        kernel.length >= 1 && x.rank() == kernel.length + 2,
        "a kernel %s cannot slide over %s",
        Arrays.toString(kernel),
        x);
    return window(x, x.dim(1), kernel, node.attributes().integer("ceil_mode", 0) != 0);
  }

  /** The sizes after sliding a window, with {@code channels} outputs. */
  private long[] window(Shape x, long channels, long[] kernel, boolean roundUp) {
    int spatial = kernel.length;
    long[] strides = attribute("strides", spatial, 1);
    long[] dilations = attribute("dilations", spatial, 1);
    long[] pads = attribute("pads", 2 * spatial, 0);
    String rule = node.attributes().text("auto_pad", "NOTSET");
    require(
        List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(rule),
        "its auto_pad is '%s'",
        rule);
    long[] dims = new long[spatial + 2];
    dims[0] = x.dim(0);
    dims[1] = channels;
    for (int k = 0; k < spatial; k++) {
      long size = x.dim(k + 2);
      long before = rule.equals("NOTSET") ? pads[k] : 0;
      long after = rule.equals("NOTSET") ? pads[k + spatial] : 0;
      require(
          kernel[k] >= 1 && strides[k] >= 1 && dilations[k] >= 1 && before >= 0 && after >= 0,
          "its kernel, strides, dilations or pads are odd");
      if (rule.startsWith("SAME")) {
        dims[k + 2] = ceilDiv(size, strides[k]);
        continue;
      }
      long reach = Math.addExact(Math.multiplyExact(dilations[k], kernel[k] - 1), 1);
      long steps = Math.subtractExact(Math.addExact(Math.addExact(size, before), after), reach);
      require(steps >= 0, "a window of %d is larger than the padded size %d", reach, steps + reach);
      dims[k + 2] = (roundUp ? ceilDiv(steps, strides[k]) : steps / strides[k]) + 1;
      if (roundUp && (dims[k + 2] - 1) * strides[k] >= size + before) {
        dims[k + 2]--; // a window that starts behind the values has nothing to look at
      }
    }
    return dims;
  }

  private static long ceilDiv(long a, long b) {
    return -Math.floorDiv(-a, b);
  }

  private long[] attribute(String name, int count, long absent) {
    List<Long> values = node.attributes().integerList(name);
    if (values.isEmpty()) {
      long[] all = new long[count];
      Arrays.fill(all, absent);
      return all;
    }
    require(values.size() == count, "its %s are %s, %d belong there", name, values, count);
    return array(values);
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private long[] globalPool() {
    long[] dims = dims(0);
    require(dims.length >= 3, "it reads a value %s", shape(0));
    Arrays.fill(dims, 2, dims.length, 1);
    return dims;
  }

  private long[] normalization() {
    Shape x = shape(0);
    require(x.rank() >= 2, "it reads a value %s", x);
    for (int input = 1; input <= 4; input++) {
      require(
          shape(input).equals(Shape.of(x.dim(1))),
          "its input '%s' is %s, %s has %d channels",
          node.input(input),
          shape(input),
          x,
          x.dim(1));
    }
    return x.dims();
  }

  // Arithmetic.

  private long[] softmax() {
    axis(node.attributes().integer("axis", -1), shape(0).rank());
    return dims(0);
  }

  private long[] broadcast() {
    Shape a = shape(0);
    Shape b = shape(1);
    return Broadcast.dims(a.dims(), b.dims())
        .orElseThrow(() -> errors.broken(node, "%s and %s do not fit each other", a, b));
  }

  private long[] gemm() {
    Shape a = shape(0);
    Shape b = shape(1);
    require(a.rank() == 2 && b.rank() == 2, "it multiplies %s with %s", a, b);
    boolean transA = node.attributes().integer("transA", 0) != 0;
    boolean transB = node.attributes().integer("transB", 0) != 0;
    require(
        a.dim(transA ? 0 : 1) == b.dim(transB ? 1 : 0),
        "%s (transA=%s) and %s (transB=%s) do not fit each other",
        a,
        transA,
        b,
        transB);
    long[] dims = {a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1)};
    if (!node.input(2).isEmpty()) {
      Shape c = shape(2);
      require(
          Broadcast.dims(dims, c.dims()).filter(all -> Arrays.equals(all, dims)).isPresent(),
          "its bias is %s, its value %s",
          c,
          Shape.of(dims));
    }
    return dims;
  }

  private long[] matMul() {
    Shape a = shape(0);
    Shape b = shape(1);
    require(a.rank() >= 1 && b.rank() >= 1, "it multiplies %s with %s", a, b);
    // A vector is a matrix of one row or column, which the result then lacks.
    long[] left = a.rank() == 1 ? new long[] {1, a.dim(0)} : a.dims();
    long[] right = b.rank() == 1 ? new long[] {b.dim(0), 1} : b.dims();
    int m = left.length;
    int n = right.length;
    long[] stack =
        Broadcast.dims(Arrays.copyOf(left, m - 2), Arrays.copyOf(right, n - 2))
            .filter(dims -> left[m - 1] == right[n - 2])
            .orElseThrow(() -> errors.broken(node, "%s and %s do not fit each other", a, b));
    List<Long> dims = new ArrayList<>(Arrays.stream(stack).boxed().toList());
    if (a.rank() > 1) {
      dims.add(left[m - 2]);
    }
    if (b.rank() > 1) {
      dims.add(right[n - 1]);
    }
    return array(dims);
  }

  // Other arrangements of the same elements.

  private int axis(long axis, int rank) {
    return Movements.axis(errors, node, axis, rank);
  }

  private long[] flatten() {
    Shape x = shape(0);
    long axis = node.attributes().integer("axis", 1);
    int split = axis == x.rank() ? x.rank() : axis(axis, x.rank());
    long[] dims = {1, 1};
    for (int k = 0; k < x.rank(); k++) {
      int side = k < split ? 0 : 1;
      dims[side] *= x.dim(k);
    }
    return dims;
  }

  private long[] reshape() {
    Shape x = shape(0);
    long[] target = numbers(1);
    boolean keepZero = node.attributes().integer("allowzero", 0) != 0;
    return Movements.reshaped(x, target, keepZero)
        .orElseThrow(() -> errors.broken(node, "%s cannot become %s", x, Arrays.toString(target)))
        .dims();
  }

  private long[] transpose() {
    Shape x = shape(0);
    int[] order = Movements.order(node.attributes().integerList("perm"), x.rank());
    require(
        order.length == x.rank(),
        "its perm %s does not reorder the modes of %s",
        node.attributes().integerList("perm"),
        x);
    return Arrays.stream(order).mapToLong(x::dim).toArray();
  }

  private long[] squeeze() {
    Shape x = shape(0);
    boolean[] gone = new boolean[x.rank()];
    if (node.input(1).isEmpty()) {
      for (int k = 0; k < gone.length; k++) {
        gone[k] = x.dim(k) == 1;
      }
    } else {
      for (long given : numbers(1)) {
        int axis = axis(given, x.rank());
        require(x.dim(axis) == 1, "mode %d of %s is not of size 1", axis, x);
        gone[axis] = true;
      }
    }
    return array(Movements.without(x, gone));
  }

  private long[] unsqueeze() {
    Shape x = shape(0);
    long[] axes = numbers(1);
    require(axes.length <= MAX_RANK, "it has %d axes", axes.length);
    boolean[] added = new boolean[x.rank() + axes.length];
    for (long given : axes) {
      int axis = axis(given, added.length);
      require(!added[axis], "its axes %s name one twice", Arrays.toString(axes));
      added[axis] = true;
    }
    return Movements.with(x, added);
  }

  private long[] reduce() {
    Shape x = shape(0);
    boolean[] reduced = new boolean[x.rank()];
    long[] axes = node.input(1).isEmpty() ? new long[0] : numbers(1);
    Arrays.fill(reduced, axes.length == 0);
    for (long axis : axes) {
      reduced[axis(axis, x.rank())] = true;
    }
    if (axes.length == 0 && node.attributes().integer("noop_with_empty_axes", 0) != 0) {
      return x.dims();
    }
    if (node.attributes().integer("keepdims", 1) == 0) {
      return array(Movements.without(x, reduced));
    }
    long[] dims = x.dims();
    for (int k = 0; k < dims.length; k++) {
      dims[k] = reduced[k] ? 1 : dims[k];
    }
    return dims;
  }

  private long[] concat() {
    long[] dims = dims(0);
    int axis = axis(node.attributes().integer("axis", 1), dims.length);
    for (int input = 1; input < node.inputs().size(); input++) {
      long[] other = dims(input);
      require(other.length == dims.length, "%s and %s do not fit", shape(0), shape(input));
      long size = Math.addExact(dims[axis], other[axis]);
      other[axis] = dims[axis];
      require(
          Arrays.equals(other, dims), "%s and %s do not fit each other", shape(0), shape(input));
      dims[axis] = size;
    }
    return dims;
  }

  private long[] slice() {
    Shape x = shape(0);
    long[] starts = numbers(1);
    long[] ends = numbers(2);
    long[] axes = node.input(3).isEmpty() ? Movements.firstAxes(starts.length) : numbers(3);
    long[] steps = node.input(4).isEmpty() ? Movements.ones(starts.length) : numbers(4);
    require(
        starts.length == ends.length && axes.length == ends.length && steps.length == ends.length,
        "its starts, ends, axes and steps are of different lengths");
    long[] dims = x.dims();
    boolean[] seen = new boolean[dims.length];
    for (int i = 0; i < axes.length; i++) {
      int axis = axis(axes[i], x.rank());
      require(!seen[axis], "its axes %s name one twice", Arrays.toString(axes));
      seen[axis] = true;
      require(steps[i] != 0, "its step is 0");
      dims[axis] = Movements.Range.of(starts[i], ends[i], steps[i], x.dim(axis)).count();
    }
    return dims;
  }

  private long[] pad() {
    Shape x = shape(0);
    long[] pads = numbers(1);
    long[] axes = node.input(3).isEmpty() ? Movements.firstAxes(x.rank()) : numbers(3);
    require(pads.length == 2 * axes.length, "its pads are %s for %s", Arrays.toString(pads), x);
    long[] dims = x.dims();
    for (int i = 0; i < axes.length; i++) {
      int axis = axis(axes[i], x.rank());
      long size = Math.addExact(Math.addExact(dims[axis], pads[i]), pads[i + axes.length]);
      require(size >= 0, "its pads %s take more than %s has", Arrays.toString(pads), x);
      dims[axis] = size;
    }
    return dims;
  }
}
