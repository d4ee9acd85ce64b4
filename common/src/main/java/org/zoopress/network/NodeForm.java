package org.zoopress.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.OnnxGraph;

/**
 * A node in the form of the newest operator set: what older ones had as attributes and newer ones
 * have as inputs are constant inputs.
 *
 * @param node with the first output alone
 * @param constants the inputs that were attributes
 */
record NodeForm(NetworkNode node, Map<String, Constant> constants) {
  /** Attributes that became inputs, by operator, with the position of the input. */
  private static final Map<String, Map<String, Integer>> MOVED =
      Map.of(
          "Clip", Map.of("min", 1, "max", 2),
          "Pad", Map.of("pads", 1, "value", 2),
          "Slice", Map.of("starts", 1, "ends", 2, "axes", 3),
          "Squeeze", Map.of("axes", 1),
          "Unsqueeze", Map.of("axes", 1),
          "ReduceMean", Map.of("axes", 1),
          "ReduceProd", Map.of("axes", 1),
          "ReduceSum", Map.of("axes", 1),
          "ReduceMin", Map.of("axes", 1),
          "ReduceMax", Map.of("axes", 1));

  /** Inputs that an executor wants to know beforehand, by operator. */
  private static final Map<String, List<Integer>> PARAMETERS =
      Map.of(
          "Clip", List.of(1, 2),
          "Pad", List.of(1, 2, 3),
          "Reshape", List.of(1),
          "Slice", List.of(1, 2, 3, 4),
          "Squeeze", List.of(1),
          "Unsqueeze", List.of(1),
          "ReduceMean", List.of(1));

  /** Since this version Softmax takes one mode; before, all from its axis on. */
  static final int SOFTMAX_OF_ONE_MODE = 13;

  /**
   * Makes the form.
   *
   * @param inputs of the node, by the names that are used here
   * @param opset version of the operators
   * @param unused makes a name that no value has yet
   */
  static NodeForm of(
      OnnxGraph.Node node,
      int index,
      List<String> inputs,
      long opset,
      UnaryOperator<String> unused) {
    Map<String, List<Long>> integers = new LinkedHashMap<>(node.integers());
    Map<String, List<Float>> floats = new LinkedHashMap<>(node.floats());
    Map<String, Constant> constants = new HashMap<>();
    List<String> reads = new ArrayList<>(inputs);
    MOVED
        .getOrDefault(node.operator(), Map.of())
        .forEach(
            (attribute, position) -> {
              List<Long> whole = integers.remove(attribute);
              List<Float> real = floats.remove(attribute);
              if (whole == null && real == null) {
                return;
              }
              String name = unused.apply(node.outputs().get(0) + "/" + attribute);
              while (reads.size() <= position) {
                reads.add("");
              }
              reads.set(position, name);
              constants.put(name, whole != null ? whole(whole) : real(real));
            });
    if (node.operator().endsWith("oftmax")) {
      integers.putIfAbsent("axis", List.of(opset < SOFTMAX_OF_ONE_MODE ? 1L : -1L));
    }
    return new NodeForm(
        new NetworkNode(
            index,
            node.name(),
            node.operator(),
            reads,
            node.outputs().subList(0, 1),
            new Attributes(integers, floats, node.texts())),
        constants);
  }

  private static Constant whole(List<Long> values) {
    return Constant.ofIntegers(
        Shape.of(values.size()), values.stream().mapToLong(Long::longValue).toArray());
  }

  /** Bounds of Clip and the value of Pad are one number. */
  private static Constant real(List<Float> values) {
    return Constant.ofFloats(Shape.of(), values.get(0));
  }

  /** Positions of the inputs that must be constant. */
  List<Integer> parameters() {
    return PARAMETERS.getOrDefault(node.operator(), List.of());
  }
}
