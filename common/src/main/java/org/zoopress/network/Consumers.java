package org.zoopress.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which operations read a value of a network. */
public final class Consumers {
  private final Map<String, List<NetworkNode>> readers = new HashMap<>();
  private final Set<String> outputs;

  private Consumers(Network network) {
    this.outputs = new HashSet<>(network.outputs());
    for (NetworkNode node : network.nodes()) {
      for (String input : new HashSet<>(node.inputs())) {
        if (!input.isEmpty()) {
          readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  /** Finds them all. */
  public static Consumers of(Network network) {
    return new Consumers(network);
  }

  /** The operations that read a value, weight or constant, in the order of the network. */
  public List<NetworkNode> of(String value) {
    return readers.getOrDefault(value, List.of());
  }

  /** The one operation that reads a value; empty if several do, or the network gives it out. */
  public Optional<NetworkNode> only(String value) {
    List<NetworkNode> all = of(value);
    return all.size() == 1 && !outputs.contains(value) ? Optional.of(all.get(0)) : Optional.empty();
  }
}
