package org.zoopress.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.zoopress.error.Check;
import org.zoopress.tensor.Shape;

/**
 * The shapes of all values of a network: inputs, weights, constants and what nodes compute.
 *
 * @param shapes by name, in the order of the network
 */
public record ValueShapes(Map<String, Shape> shapes) {

  /**
   * Infers the shapes.
   *
   * @param batch what a free batch is taken to be, at least 1
   * @throws org.zoopress.error.BadModelException if that batch does not fit the network
   */
  public static ValueShapes of(Network network, long batch) {
    Check.argument(batch >= 1, "Cannot use a batch of %s, it must be at least 1.", batch);
    NetworkErrors errors = new NetworkErrors(network.path());
    Map<String, Shape> shapes = new LinkedHashMap<>();
    network.inputs().forEach(input -> shapes.put(input.name(), of(errors, input, batch)));
    network.weights().forEach((name, entry) -> shapes.put(name, entry.shape()));
    network.constants().forEach((name, value) -> shapes.put(name, value.shape()));
    for (NetworkNode node : network.nodes()) {
      shapes.put(
          node.outputs().get(0), ShapeRules.infer(errors, node, shapes::get, network.constants()));
    }
    return new ValueShapes(shapes);
  }

  static Shape of(NetworkErrors errors, Network.Input input, long batch) {
    try {
      return Shape.of(input.dims().stream().mapToLong(size -> size < 0 ? batch : size).toArray());
    } catch (ArithmeticException e) {
      throw errors.broken("its input '%s' has sizes %s", input.name(), input.dims());
    }
  }

  /** The shape of a value. */
  public Shape of(String value) {
    Shape shape = shapes.get(value);
    if (shape == null) {
      throw new IllegalArgumentException("the network has no value '%s'".formatted(value));
    }
    return shape;
  }
}
