package org.zoopress.network;

import java.util.List;

/**
 * One operation of a network.
 *
 * @param index position in {@link Network#nodes}, an order in which they can be computed
 * @param name of the node in the file; may be empty
 * @param operator ONNX's name, with its domain in front where that is not ONNX's own
 * @param inputs names of values; an optional input that is left out is empty
 * @param outputs names of values
 */
public record NetworkNode(
    int index,
    String name,
    String operator,
    List<String> inputs,
    List<String> outputs,
    Attributes attributes) {

  /** Copies the lists. */
  public NetworkNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Name of an input value; empty where it is left out. */
  public String input(int position) {
    return position < inputs.size() ? inputs.get(position) : "";
  }

  /** The operation as error messages name it. */
  public String label() {
    return name.isEmpty() ? "%s (node %d)".formatted(operator, index) : operator + " " + name;
  }

  /** The same operation on other values. */
  NetworkNode withInputs(List<String> values) {
    return new NetworkNode(index, name, operator, values, outputs, attributes);
  }

  /** The same operation at another position. */
  NetworkNode withIndex(int position) {
    return new NetworkNode(position, name, operator, inputs, outputs, attributes);
  }
}
