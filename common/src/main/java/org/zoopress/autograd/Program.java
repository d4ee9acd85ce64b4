package org.zoopress.autograd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.error.UserInputException;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkNode;

/** A network's nodes as operations, and after which node a value is read no more. */
final class Program {
  private final Network network;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Integer> lastReaders = new HashMap<>();

  /**
   * @throws UserInputException if an operation is missing
   */
  Program(Network network) {
    this.network = network;
    for (NetworkNode node : network.nodes()) {
      NodeArguments arguments = new NodeArguments(network, node);
      operations.add(Operations.of(arguments));
      arguments.require(
          node.outputs().stream().skip(1).allMatch(String::isEmpty),
          "only the first of its outputs %s is computed",
          node.outputs());
      int index = operations.size() - 1;
      node.inputs().forEach(input -> lastReaders.put(input, index));
      lastReaders.put(output(node), index);
    }
  }

  static String output(NetworkNode node) {
    return node.outputs().get(0);
  }

  Network network() {
    return network;
  }

  int size() {
    return operations.size();
  }

  /** Values that no node behind this one reads, without those to be kept. */
  List<String> dead(int index, Set<String> kept) {
    NetworkNode node = network.nodes().get(index);
    List<String> dead = new ArrayList<>();
    for (String value : node.inputs()) {
      if (lastReaders.get(value) == index && !kept.contains(value)) {
        dead.add(value);
      }
    }
    if (lastReaders.get(output(node)) == index && !kept.contains(output(node))) {
      dead.add(output(node));
    }
    return dead;
  }

  /**
   * Computes one node. What it needs on the way is freed; the value is held once more for the
   * caller, who releases it.
   *
   * @param values looks up operands; empty for what is left out or of whole numbers
   */
  Tensor execute(int index, Function<String, Optional<Tensor>> values, BatchStatistics statistics) {
    NetworkNode node = network.nodes().get(index);
    try (PointerScope scope = new PointerScope()) {
      Operands operands = new Operands(node.inputs().stream().map(values).toList(), statistics);
      Tensor result = operations.get(index).apply(operands);
      result.retainReference();
      return result;
    } catch (UserInputException e) {
      throw e;
    } catch (RuntimeException e) {
      // The native library's messages go on with a trace of its own frames.
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
      throw new UserInputException(
          "Cannot execute %s of %s: %s. Check the network with ONNX Runtime and the input's shape."
              .formatted(node.label(), network.path(), reason),
          e);
    }
  }
}
