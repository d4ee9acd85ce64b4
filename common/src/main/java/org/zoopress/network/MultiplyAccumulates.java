package org.zoopress.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Multiply-accumulates of a network's layers for one sample: outputs times the inputs of each
 * (I/groups · kh · kw, or I). Biases, batch norms and pools are not counted.
 *
 * @param ofNodes by the index of the layer's node
 */
public record MultiplyAccumulates(Map<Integer, Long> ofNodes) {

  /**
   * Counts them.
   *
   * @param layers of the network, {@link NetworkLayers#of}
   */
  public static MultiplyAccumulates of(Network network, List<NetworkLayer> layers) {
    ValueShapes shapes = ValueShapes.of(network, 1);
    List<Long> input = network.inputs().isEmpty() ? List.of() : network.inputs().get(0).dims();
    long batch = input.isEmpty() ? 1 : Math.max(1, input.get(0));
    Map<Integer, Long> counts = new LinkedHashMap<>();
    for (NetworkLayer layer : layers) {
      long inputs = layer.shape().elements() / layer.outputs();
      long values = shapes.of(layer.output()).elements();
      counts.put(layer.node(), Math.multiplyExact(values, inputs) / batch);
    }
    return new MultiplyAccumulates(counts);
  }

  /** Of one layer. */
  public long of(NetworkLayer layer) {
    return ofNodes.get(layer.node());
  }

  /** Of the network. */
  public long total() {
    return ofNodes.values().stream().mapToLong(Long::longValue).sum();
  }
}
