package org.zoopress.network;

import java.util.List;
import java.util.Map;
import org.zoopress.zoo.TensorEntry;

/**
 * A network ready to be executed: only operations that depend on its input or on weights, in an
 * order in which they can be computed, all in the form of ONNX's newest operator set and with one
 * output each.
 *
 * @param path of the ONNX file in its zoo
 * @param nodes without those that are constant, Identity and Dropout
 * @param inputs what a caller feeds; initializers are not among them
 * @param outputs names of values
 * @param weights float initializers that nodes read, by name, in the order of the file; their
 *     values are not held
 * @param constants all other values that nodes read and that do not depend on the input
 */
public record Network(
    String path,
    List<NetworkNode> nodes,
    List<Input> inputs,
    List<String> outputs,
    Map<String, TensorEntry> weights,
    Map<String, Constant> constants) {

  /**
   * An input.
   *
   * @param dims sizes; −1 where the size is free (the batch)
   */
  public record Input(String name, List<Long> dims) {}
}
