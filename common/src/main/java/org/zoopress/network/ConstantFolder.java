package org.zoopress.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.zoopress.tensor.Float16;
import org.zoopress.tensor.Shape;

/**
 * Evaluates operations whose inputs are all constant. Whole numbers are computed exactly and real
 * numbers as float32 would; truth values are 0 and 1. What a value takes is checked before it is
 * allocated, and so is what all values of a network take together.
 */
final class ConstantFolder {
  /** Elements of one constant. */
  static final int MAX_ELEMENTS = 1 << 20;

  /** Elements of all constants that are computed for a network. */
  static final long MAX_TOTAL = 1L << 23;

  private final NetworkErrors errors;
  private long total;

  ConstantFolder(NetworkErrors errors) {
    this.errors = errors;
  }

  /** An operation of two operands, on whole and on real numbers; tests give 0 or 1 for both. */
  private record Binary(LongBinaryOperator whole, DoubleBinaryOperator real, boolean test) {}

  private record Unary(LongUnaryOperator whole, DoubleUnaryOperator real) {}

  private static final Map<String, Binary> BINARY =
      Map.ofEntries(
          Map.entry("Add", new Binary(Math::addExact, Double::sum, false)),
          Map.entry("Sub", new Binary(Math::subtractExact, (a, b) -> a - b, false)),
          Map.entry("Mul", new Binary(Math::multiplyExact, (a, b) -> a * b, false)),
          Map.entry("Div", new Binary(ConstantFolder::divide, (a, b) -> a / b, false)),
          Map.entry("Mod", new Binary(Math::floorMod, (a, b) -> a % b, false)),
          Map.entry("Min", new Binary(Math::min, Math::min, false)),
          Map.entry("Max", new Binary(Math::max, Math::max, false)),
          Map.entry("Equal", new Binary((a, b) -> truth(a == b), (a, b) -> truth(a == b), true)),
          Map.entry("Less", new Binary((a, b) -> truth(a < b), (a, b) -> truth(a < b), true)),
          Map.entry(
              "LessOrEqual", new Binary((a, b) -> truth(a <= b), (a, b) -> truth(a <= b), true)),
          Map.entry("Greater", new Binary((a, b) -> truth(a > b), (a, b) -> truth(a > b), true)),
          Map.entry(
              "GreaterOrEqual", new Binary((a, b) -> truth(a >= b), (a, b) -> truth(a >= b), true)),
          Map.entry("And", new Binary((a, b) -> a & b, (a, b) -> truth(a != 0 && b != 0), true)),
          Map.entry("Or", new Binary((a, b) -> a | b, (a, b) -> truth(a != 0 || b != 0), true)));

  private static final Map<String, Unary> UNARY =
      Map.of(
          "Neg", new Unary(Math::negateExact, a -> -a),
          "Abs", new Unary(a -> a < 0 ? Math.negateExact(a) : a, Math::abs),
          "Not", new Unary(a -> truth(a == 0), a -> truth(a == 0)),
          "Floor", new Unary(a -> a, Math::floor),
          "Ceil", new Unary(a -> a, Math::ceil),
          "Sqrt", new Unary(a -> a, Math::sqrt));

  private static final Map<String, LongBinaryOperator> WHOLE_REDUCTIONS =
      Map.of(
          "ReduceProd", Math::multiplyExact,
          "ReduceSum", Math::addExact,
          "ReduceMin", Math::min,
          "ReduceMax", Math::max);

  private static long truth(boolean value) {
    return value ? 1 : 0;
  }

  private static long divide(long a, long b) {
    return b == -1 ? Math.negateExact(a) : a / b;
  }

  /**
   * Evaluates a node.
   *
   * @param inputs values by name, of all inputs that are given
   * @return the value of its first output; empty for an operator that is not folded
   * @throws org.zoopress.error.BadModelException if the inputs do not fit the operation, a number
   *     overflows, or the value is too large for a constant
   */
  Optional<Constant> fold(NetworkNode node, Map<String, Constant> inputs) {
    for (String name : node.inputs()) {
      if (!name.isEmpty() && !inputs.containsKey(name)) {
        throw errors.broken(node, "its input '%s' is not known", name);
      }
    }
    try {
      return Optional.ofNullable(new Call(node, inputs).value());
    } catch (ArithmeticException e) {
      throw errors.broken(node, "a number in it overflows (%s)", e.getMessage());
    }
  }

  /** One evaluation. */
  private final class Call {
    private final NetworkNode node;
    private final Map<String, Constant> values;

    Call(NetworkNode node, Map<String, Constant> values) {
      this.node = node;
      this.values = values;
    }

    /** Null for an operator that is not folded. */
    @SuppressWarnings("NullAway")
    Constant value() {
      String operator = node.operator();
      if (operator.equals("Min") || operator.equals("Max")) {
        return joined(BINARY.get(operator));
      }
      if (operator.equals("Mod") && node.attributes().integer("fmod", 0) != 0) {
        throw errors.foreign(node, "its fmod is not 0");
      }
      if (BINARY.containsKey(operator)) {
        return binary(BINARY.get(operator), input(0), input(1));
      }
      if (UNARY.containsKey(operator)) {
        return unary(UNARY.get(operator));
      }
      if (WHOLE_REDUCTIONS.containsKey(operator)) {
        return reduce(WHOLE_REDUCTIONS.get(operator));
      }
      return switch (operator) {
        case "Cast" -> cast();
        case "ConstantOfShape" -> filled();
        case "Range" -> range();
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> withShape(input(0), inferred());
        case "Transpose" -> transpose();
        case "Slice" -> slice();
        case "Concat" -> concat();
        case "Gather" -> gather();
        case "Expand" -> expand();
        case "Where" -> where();
        default -> null;
      };
    }

    private Constant input(int position) {
      Constant value = values.get(node.input(position));
      if (value == null) {
        throw errors.broken(node, "its input %d is left out", position);
      }
      return value;
    }

    private long[] numbers(int position) {
      Constant value = input(position);
      if (value.floats().length > 0) {
        throw errors.broken(node, "its input '%s' is of real numbers", node.input(position));
      }
      return value.integers();
    }

    private Shape inferred() {
      return ShapeRules.infer(errors, node, name -> values.get(name).shape(), values);
    }

    /** Checks what is about to be allocated. */
    private Shape room(Shape shape) {
      total += shape.elements();
      if (shape.rank() > ShapeRules.MAX_RANK
          || shape.elements() > MAX_ELEMENTS
          || total > MAX_TOTAL) {
        throw errors.foreign(
            node,
            "its constant value would be %s, and all constants %d elements; at most %d and %d are"
                + " computed",
            shape,
            total,
            MAX_ELEMENTS,
            MAX_TOTAL);
      }
      return shape;
    }

    private Shape room(long... dims) {
      for (long n : dims) {
        if (n < 0) {
          throw errors.broken(node, "its shape %s has a negative size", Arrays.toString(dims));
        }
      }
      return room(Shape.of(dims));
    }

    // Numbers.

    /** Min and Max take any number of operands, which are joined from the left. */
    private Constant joined(Binary operation) {
      Constant value = input(0);
      for (int i = 1; i < node.inputs().size(); i++) {
        value = binary(operation, value, input(i));
      }
      return value;
    }

    private Constant binary(Binary operation, Constant a, Constant b) {
      Shape shape = room(broadcast(a.shape(), b.shape()));
      int[] left = Indices.broadcast(a.shape(), shape);
      int[] right = Indices.broadcast(b.shape(), shape);
      boolean real = a.floats().length > 0 || b.floats().length > 0;
      long[] whole = new long[real && !operation.test() ? 0 : left.length];
      float[] reals = new float[real && !operation.test() ? left.length : 0];
      for (int i = 0; i < left.length; i++) {
        if (!real) {
          whole[i] = operation.whole().applyAsLong(a.integers()[left[i]], b.integers()[right[i]]);
          continue;
        }
        double value = operation.real().applyAsDouble(number(a, left[i]), number(b, right[i]));
        if (operation.test()) {
          whole[i] = (long) value;
        } else {
          reals[i] = (float) value;
        }
      }
      return new Constant(shape, whole, reals);
    }

    private static double number(Constant value, int index) {
      return value.floats().length > 0 ? value.floats()[index] : value.integers()[index];
    }

    private Shape broadcast(Shape a, Shape b) {
      return Broadcast.dims(a.dims(), b.dims())
          .map(Shape::of)
          .orElseThrow(() -> errors.broken(node, "%s and %s do not fit each other", a, b));
    }

    private Constant unary(Unary operation) {
      Constant x = input(0);
      Shape shape = room(x.shape());
      long[] whole = Arrays.stream(x.integers()).map(operation.whole()).toArray();
      float[] reals = new float[x.floats().length];
      for (int i = 0; i < reals.length; i++) {
        reals[i] = (float) operation.real().applyAsDouble(x.floats()[i]);
      }
      return new Constant(shape, whole, reals);
    }

    /** Of whole numbers alone, as sizes are. */
    private Constant reduce(LongBinaryOperator operation) {
      Constant x = input(0);
      long[] numbers = numbers(0);
      boolean[] reduced = new boolean[x.shape().rank()];
      long[] axes = node.input(1).isEmpty() ? new long[0] : numbers(1);
      Arrays.fill(reduced, axes.length == 0);
      for (long axis : axes) {
        reduced[axis(axis, reduced.length)] = true;
      }
      long[] kept = x.shape().dims();
      for (int k = 0; k < kept.length; k++) {
        kept[k] = reduced[k] ? 1 : kept[k];
      }
      Shape full = room(kept);
      if (x.shape().elements() == 0) {
        throw errors.broken(node, "it reduces no elements");
      }
      long[] values = new long[(int) full.elements()];
      boolean[] begun = new boolean[values.length];
      int[] target = Indices.broadcast(full, x.shape());
      for (int i = 0; i < target.length; i++) {
        int j = target[i];
        values[j] = begun[j] ? operation.applyAsLong(values[j], numbers[i]) : numbers[i];
        begun[j] = true;
      }
      boolean keep = node.attributes().integer("keepdims", 1) != 0;
      List<Long> left = Movements.without(x.shape(), reduced);
      Shape shape = keep ? full : Shape.of(left.stream().mapToLong(Long::longValue).toArray());
      return Constant.ofIntegers(shape, values);
    }

    private Constant cast() {
      Constant x = input(0);
      Shape shape = room(x.shape());
      CastTarget target =
          CastTarget.of(node.attributes().integer("to", 0))
              .orElseThrow(
                  () ->
                      errors.foreign(
                          node,
                          "it casts a constant to type %d",
                          node.attributes().integer("to", 0)));
      int count = (int) shape.elements();
      long[] whole = new long[target.real() ? 0 : count];
      float[] reals = new float[target.real() ? count : 0];
      for (int i = 0; i < count; i++) {
        if (target.real()) {
          reals[i] = target.round((float) number(x, i));
        } else if (x.floats().length > 0) {
          whole[i] = target.whole(x.floats()[i]);
        } else {
          whole[i] = target.whole(x.integers()[i]);
        }
      }
      return new Constant(shape, whole, reals);
    }

    private Constant filled() {
      Shape shape = room(numbers(0));
      int count = (int) shape.elements();
      if (node.input(1).isEmpty()) {
        return Constant.ofFloats(shape, new float[count]);
      }
      Constant value = input(1);
      if (value.shape().elements() != 1) {
        throw errors.broken(node, "its value has %d elements", value.shape().elements());
      }
      return pick(value, shape, new int[count]);
    }

    private Constant range() {
      Constant start = input(0);
      Constant limit = input(1);
      Constant delta = input(2);
      for (Constant value : List.of(start, limit, delta)) {
        if (value.shape().elements() != 1) {
          throw errors.broken(node, "one of its inputs has %d elements", value.shape().elements());
        }
      }
      double steps = (number(limit, 0) - number(start, 0)) / number(delta, 0);
      if (Double.isNaN(steps) || Double.isInfinite(steps)) {
        throw errors.broken(node, "its step is %s", number(delta, 0));
      }
      int count = (int) room((long) Math.max(0, Math.ceil(steps))).elements();
      Shape shape = Shape.of(count);
      if (start.isFloat()) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = start.floats()[0] + i * (float) number(delta, 0);
        }
        return Constant.ofFloats(shape, values);
      }
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = Math.addExact(numbers(0)[0], Math.multiplyExact(i, numbers(2)[0]));
      }
      return Constant.ofIntegers(shape, values);
    }

    // Movements.

    private Constant withShape(Constant value, Shape shape) {
      return new Constant(room(shape), value.integers(), value.floats());
    }

    private Constant pick(Constant value, Shape shape, int[] indices) {
      if (value.floats().length > 0) {
        float[] picked = new float[indices.length];
        for (int i = 0; i < picked.length; i++) {
          picked[i] = value.floats()[indices[i]];
        }
        return Constant.ofFloats(shape, picked);
      }
      long[] picked = new long[indices.length];
      for (int i = 0; i < picked.length; i++) {
        picked[i] = value.integers()[indices[i]];
      }
      return Constant.ofIntegers(shape, picked);
    }

    private int axis(long axis, int rank) {
      return Movements.axis(errors, node, axis, rank);
    }

    private Constant transpose() {
      Constant x = input(0);
      Shape shape = room(inferred());
      long[] strides = Indices.strides(x.shape());
      int[] order = Movements.order(node.attributes().integerList("perm"), strides.length);
      long[] moved = Arrays.stream(order).mapToLong(k -> strides[k]).toArray();
      return pick(x, shape, Indices.strided(shape, 0, moved));
    }

    private Constant slice() {
      Constant x = input(0);
      Shape shape = room(inferred());
      long[] strides = Indices.strides(x.shape());
      long[] starts = numbers(1);
      long[] axes = node.input(3).isEmpty() ? Movements.firstAxes(starts.length) : numbers(3);
      long[] steps = node.input(4).isEmpty() ? Movements.ones(starts.length) : numbers(4);
      long first = 0;
      for (int i = 0; i < axes.length; i++) {
        int axis = axis(axes[i], x.shape().rank());
        Movements.Range range =
            Movements.Range.of(starts[i], numbers(2)[i], steps[i], x.shape().dim(axis));
        first += range.start() * strides[axis];
        strides[axis] *= range.step();
      }
      return pick(x, shape, Indices.strided(shape, first, strides));
    }

    private Constant concat() {
      Shape shape = room(inferred());
      int axis = axis(node.attributes().integer("axis", 1), shape.rank());
      long[] strides = Indices.strides(shape);
      boolean real = node.inputs().stream().anyMatch(name -> values.get(name).floats().length > 0);
      long[] whole = new long[real ? 0 : (int) shape.elements()];
      float[] reals = new float[real ? (int) shape.elements() : 0];
      long at = 0;
      for (int input = 0; input < node.inputs().size(); input++) {
        Constant part = input(input);
        int[] target = Indices.strided(part.shape(), at * strides[axis], strides);
        for (int i = 0; i < target.length; i++) {
          if (real) {
            reals[target[i]] = (float) number(part, i);
          } else {
            whole[target[i]] = part.integers()[i];
          }
        }
        at += part.shape().dim(axis);
      }
      return new Constant(shape, whole, reals);
    }

    private Constant gather() {
      Constant x = input(0);
      Constant which = input(1);
      int axis = axis(node.attributes().integer("axis", 0), x.shape().rank());
      long size = x.shape().dim(axis);
      long outer = 1;
      long inner = 1;
      for (int k = 0; k < x.shape().rank(); k++) {
        outer *= k < axis ? x.shape().dim(k) : 1;
        inner *= k > axis ? x.shape().dim(k) : 1;
      }
      long[] dims = new long[x.shape().rank() - 1 + which.shape().rank()];
      int next = 0;
      for (int k = 0; k < x.shape().rank(); k++) {
        if (k != axis) {
          dims[next++] = x.shape().dim(k);
          continue;
        }
        for (long n : which.shape().dims()) {
          dims[next++] = n;
        }
      }
      Shape shape = room(dims);
      int[] indices = new int[(int) shape.elements()];
      int at = 0;
      // A tensor without elements may have modes of any size.
      for (long o = 0; indices.length > 0 && o < outer; o++) {
        for (long given : numbers(1)) {
          long index = given < 0 ? given + size : given;
          if (index < 0 || index >= size) {
            throw errors.broken(node, "its index is %d, mode %d has size %d", given, axis, size);
          }
          for (long i = 0; i < inner; i++) {
            indices[at++] = (int) ((o * size + index) * inner + i);
          }
        }
      }
      return pick(x, shape, indices);
    }

    private Constant expand() {
      Constant x = input(0);
      Shape wanted = room(numbers(1));
      Shape shape = room(broadcast(x.shape(), wanted));
      return pick(x, shape, Indices.broadcast(x.shape(), shape));
    }

    private Constant where() {
      Constant condition = input(0);
      Constant yes = input(1);
      Constant no = input(2);
      Shape shape = room(broadcast(broadcast(condition.shape(), yes.shape()), no.shape()));
      int[] test = Indices.broadcast(condition.shape(), shape);
      int[] left = Indices.broadcast(yes.shape(), shape);
      int[] right = Indices.broadcast(no.shape(), shape);
      boolean real = yes.floats().length > 0 || no.floats().length > 0;
      long[] whole = new long[real ? 0 : test.length];
      float[] reals = new float[real ? test.length : 0];
      long[] tests = numbers(0);
      for (int i = 0; i < test.length; i++) {
        Constant from = tests[test[i]] != 0 ? yes : no;
        int index = tests[test[i]] != 0 ? left[i] : right[i];
        if (real) {
          reals[i] = (float) number(from, index);
        } else {
          whole[i] = from.integers()[index];
        }
      }
      return new Constant(shape, whole, reals);
    }
  }

  /** A type that constants are cast to. */
  private record CastTarget(boolean real, boolean half, long least, long most) {
    /**
     * @param type ONNX's number of it
     */
    static Optional<CastTarget> of(long type) {
      return Optional.ofNullable(
          switch ((int) Math.max(-1, Math.min(64, type))) {
            case 1, 11 -> new CastTarget(true, false, 0, 0);
            case 10 -> new CastTarget(true, true, 0, 0);
            case 2 -> new CastTarget(false, false, 0, 255);
            case 3 -> new CastTarget(false, false, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case 4 -> new CastTarget(false, false, 0, 65535);
            case 5 -> new CastTarget(false, false, Short.MIN_VALUE, Short.MAX_VALUE);
            case 6 -> new CastTarget(false, false, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case 7 -> new CastTarget(false, false, Long.MIN_VALUE, Long.MAX_VALUE);
            case 9 -> new CastTarget(false, false, 0, 1);
            case 12 -> new CastTarget(false, false, 0, 0xFFFF_FFFFL);
            default -> null;
          });
    }

    float round(float value) {
      return half ? Float16.toFloat(Float16.fromFloat(value)) : value;
    }

    long whole(float value) {
      if (most == 1) {
        return truth(value != 0);
      }
      if (!(Math.abs(value) < 0x1p63)) {
        throw new ArithmeticException(value + " is no whole number of 64 bits");
      }
      return whole((long) value);
    }

    long whole(long value) {
      if (most == 1) {
        return truth(value != 0);
      }
      if (value < least || value > most) {
        throw new ArithmeticException("%d is not in [%d, %d]".formatted(value, least, most));
      }
      return value;
    }
  }
}
