package org.zoopress.network;

import java.util.List;
import org.zoopress.tensor.Shape;

/** Values of operations that are constant by themselves. */
final class ConstantNode {
  private ConstantNode() {}

  /** The value of a Constant node that is no tensor. */
  static Constant value(NetworkErrors errors, NetworkNode node) {
    Attributes attributes = node.attributes();
    List<Long> whole = attributes.integerList("value_ints");
    List<Float> real = attributes.floats().getOrDefault("value_floats", List.of());
    if (attributes.integers().containsKey("value_int")) {
      return Constant.ofIntegers(Shape.of(), attributes.integer("value_int", 0));
    }
    if (attributes.floats().containsKey("value_float")) {
      return Constant.ofFloats(Shape.of(), attributes.number("value_float", 0));
    }
    if (!whole.isEmpty()) {
      return Constant.ofIntegers(
          Shape.of(whole.size()), whole.stream().mapToLong(Long::longValue).toArray());
    }
    if (real.isEmpty()) {
      throw errors.foreign(node, "it holds no numbers");
    }
    float[] values = new float[real.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = real.get(i);
    }
    return Constant.ofFloats(Shape.of(values.length), values);
  }

  /** The value of Shape, perhaps of some modes alone, or of Size. */
  static Constant measured(NetworkNode node, Shape shape) {
    if (node.operator().equals("Size")) {
      return Constant.ofIntegers(Shape.of(), shape.elements());
    }
    Movements.Range range =
        Movements.Range.of(
            node.attributes().integer("start", 0),
            node.attributes().integer("end", shape.rank()),
            1,
            shape.rank());
    long[] sizes = new long[(int) range.count()];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = shape.dim((int) range.start() + k);
    }
    return Constant.ofIntegers(Shape.of(sizes.length), sizes);
  }
}
