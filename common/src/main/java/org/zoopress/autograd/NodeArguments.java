package org.zoopress.autograd;

import java.util.List;
import java.util.Optional;
import org.zoopress.error.UserInputException;
import org.zoopress.network.Constant;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkNode;
import org.zoopress.zoo.TensorEntry;

/** A node's attributes and constant inputs; what cannot be executed is refused by its name. */
final class NodeArguments {
  private final Network network;
  private final NetworkNode node;

  NodeArguments(Network network, NetworkNode node) {
    this.network = network;
    this.node = node;
  }

  /**
   * @param problem why the node cannot be executed, without full stop
   */
  UserInputException refused(String problem) {
    return new UserInputException(
        "Cannot execute %s of %s: %s. Export the network with operations that DESIGN.md lists."
            .formatted(node.label(), network.path(), problem));
  }

  void require(boolean holds, String problem, Object... values) {
    if (!holds) {
      throw refused(problem.formatted(values));
    }
  }

  String operator() {
    return node.operator();
  }

  int inputCount() {
    return node.inputs().size();
  }

  boolean hasInput(int position) {
    return !node.input(position).isEmpty();
  }

  /** The entry of an input that is a weight. */
  Optional<TensorEntry> weight(int position) {
    return Optional.ofNullable(network.weights().get(node.input(position)));
  }

  long integer(String attribute, long absent) {
    return node.attributes().integer(attribute, absent);
  }

  float number(String attribute, float absent) {
    return node.attributes().number(attribute, absent);
  }

  Optional<Float> number(String attribute) {
    return node.attributes().floats().getOrDefault(attribute, List.of()).stream().findFirst();
  }

  String text(String attribute, String absent) {
    return node.attributes().text(attribute, absent);
  }

  /** A list of whole numbers; empty if the attribute is absent. */
  Optional<long[]> integers(String attribute) {
    return Optional.ofNullable(node.attributes().integers().get(attribute))
        .map(NodeArguments::array);
  }

  /** Whole numbers that old files give as an attribute and new ones as a constant input. */
  Optional<long[]> integers(String attribute, int position) {
    return integers(attribute).or(() -> integers(position));
  }

  /** Whole numbers of a constant input; empty if it is left out. */
  Optional<long[]> integers(int position) {
    if (!hasInput(position)) {
      return Optional.empty();
    }
    Constant constant = network.constants().get(node.input(position));
    require(
        constant != null && constant.integers().length == constant.shape().elements(),
        "its input %d, %s, is no constant of whole numbers",
        position,
        node.input(position));
    return Optional.of(constant.integers());
  }

  /** A single real number of a constant input; empty if it is left out or computed. */
  Optional<Float> constantNumber(int position) {
    Constant constant = network.constants().get(node.input(position));
    return constant != null && constant.isFloat() && constant.floats().length == 1
        ? Optional.of(constant.floats()[0])
        : Optional.empty();
  }

  /** Refuses a setting that changes what the operation computes. */
  void expect(String attribute, long only) {
    long value = integer(attribute, only);
    require(value == only, "it has %s=%d, only %d is supported", attribute, value, only);
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
