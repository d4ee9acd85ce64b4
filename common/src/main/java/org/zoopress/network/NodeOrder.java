package org.zoopress.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.zoopress.zoo.OnnxGraph;

/** Puts the nodes of a graph into an order in which they can be computed. */
final class NodeOrder {
  private final NetworkErrors errors;
  private final OnnxGraph graph;

  /** Values that no node computes: inputs and initializers. */
  private final Set<String> given;

  private final Map<String, Integer> producers = new HashMap<>();

  private NodeOrder(NetworkErrors errors, OnnxGraph graph, Set<String> given) {
    this.errors = errors;
    this.graph = graph;
    this.given = given;
  }

  /**
   * The nodes that the outputs need, in the order of the file as far as that can be.
   *
   * @param given values that no node computes
   * @return positions in {@code graph.nodes()}
   * @throws org.zoopress.error.BadModelException for a value that nothing computes or that two
   *     nodes compute, and for a node that needs its own value
   */
  static List<Integer> of(NetworkErrors errors, OnnxGraph graph, Set<String> given) {
    NodeOrder order = new NodeOrder(errors, graph, given);
    order.findProducers();
    return order.sorted(order.needed());
  }

  private void findProducers() {
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (String output : graph.nodes().get(i).outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        if (given.contains(output) || producers.putIfAbsent(output, i) != null) {
          throw errors.broken(label(i), "its value '%s' has another origin too", output);
        }
      }
    }
  }

  private NetworkNode label(int position) {
    return NetworkErrors.label(graph.nodes().get(position), position);
  }

  private Set<Integer> needed() {
    Set<Integer> needed = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    for (OnnxGraph.Value output : graph.outputs()) {
      Integer producer = producers.get(output.name());
      if (producer == null && !given.contains(output.name())) {
        throw errors.broken("nothing computes its output '%s'", output.name());
      }
      if (producer != null && needed.add(producer)) {
        open.add(producer);
      }
    }
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int producer : producersOf(node)) {
        if (needed.add(producer)) {
          open.add(producer);
        }
      }
    }
    return needed;
  }

  private List<Integer> producersOf(int node) {
    List<Integer> found = new ArrayList<>();
    for (String input : graph.nodes().get(node).inputs()) {
      if (input.isEmpty() || given.contains(input)) {
        continue;
      }
      Integer producer = producers.get(input);
      if (producer == null) {
        throw errors.broken(label(node), "nothing computes its input '%s'", input);
      }
      found.add(producer);
    }
    return found;
  }

  private List<Integer> sorted(Set<Integer> needed) {
    Map<Integer, Integer> waitsFor = new HashMap<>();
    Map<Integer, List<Integer>> readers = new HashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int node : needed) {
      List<Integer> producersOf = producersOf(node);
      waitsFor.put(node, producersOf.size());
      for (int producer : producersOf) {
        readers.computeIfAbsent(producer, p -> new ArrayList<>()).add(node);
      }
      if (producersOf.isEmpty()) {
        ready.add(node);
      }
    }
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int node = ready.remove();
      order.add(node);
      for (int reader : readers.getOrDefault(node, List.of())) {
        if (waitsFor.merge(reader, -1, Integer::sum) == 0) {
          ready.add(reader);
        }
      }
    }
    if (order.size() < needed.size()) {
      order.forEach(needed::remove);
      int first = needed.stream().mapToInt(Integer::intValue).min().orElseThrow();
      throw errors.broken(label(first), "it needs its own value, or waits for such a circle");
    }
    return order;
  }
}
