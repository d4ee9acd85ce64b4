package org.zoopress.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.TensorEntry;

/**
 * Finds the layers of a network: convolutions of two dimensions, and linear layers as Gemm or as
 * MatMul, with the bias and the batch norm that belong to them.
 *
 * <p>A bias is the third input, or a weight of one element an output in an Add that alone reads the
 * output. A weight may be read through a transposition of its own (MatMul of a transposed matrix).
 * No layers are: convolutions of one or three dimensions, products of two values, and Gemm with a
 * transposed input or with factors other than 1.
 */
public final class NetworkLayers {
  private final Network network;
  private final ValueShapes shapes;
  private final Consumers consumers;

  /** Values that are the transpose of a matrix of weights, with its name. */
  private final Map<String, String> transposed = new LinkedHashMap<>();

  private NetworkLayers(Network network) {
    this.network = network;
    this.shapes = ValueShapes.of(network, 1);
    this.consumers = Consumers.of(network);
  }

  /** The layers, in the order of the network. Several may have the same weight. */
  public static List<NetworkLayer> of(Network network) {
    return new NetworkLayers(network).all();
  }

  /** The layers of each weight, in the order of the network: more than one where it is shared. */
  public static Map<String, List<NetworkLayer>> byWeight(List<NetworkLayer> layers) {
    Map<String, List<NetworkLayer>> sorted = new LinkedHashMap<>();
    for (NetworkLayer layer : layers) {
      sorted.computeIfAbsent(layer.weight(), name -> new ArrayList<>()).add(layer);
    }
    return sorted;
  }

  private List<NetworkLayer> all() {
    List<NetworkLayer> layers = new ArrayList<>();
    for (NetworkNode node : network.nodes()) {
      switch (node.operator()) {
        case "Conv" -> weight(node.input(1)).ifPresent(w -> convolution(node, w, layers));
        case "Gemm" -> gemm(node, layers);
        case "MatMul" -> linear(node, false, layers);
        case "Transpose" ->
            weight(node.input(0))
                .filter(w -> w.shape().rank() == 2 && swaps(node))
                .ifPresent(w -> transposed.put(node.outputs().get(0), w.name()));
        default -> {} // no layer
      }
    }
    return layers;
  }

  private static boolean swaps(NetworkNode node) {
    int[] order = Movements.order(node.attributes().integerList("perm"), 2);
    return order.length == 2 && order[0] == 1;
  }

  private Optional<TensorEntry> weight(String name) {
    return Optional.ofNullable(network.weights().get(name));
  }

  private void convolution(NetworkNode node, TensorEntry weight, List<NetworkLayer> layers) {
    if (weight.shape().rank() == 4) {
      int groups = Math.toIntExact(node.attributes().integer("group", 1));
      layers.add(layer(node, weight, false, groups));
    }
  }

  private void gemm(NetworkNode node, List<NetworkLayer> layers) {
    Attributes attributes = node.attributes();
    boolean plain =
        attributes.integer("transA", 0) == 0
            && attributes.number("alpha", 1) == 1
            && attributes.number("beta", 1) == 1;
    if (plain) {
      linear(node, attributes.integer("transB", 0) != 0, layers);
    }
  }

  private void linear(NetworkNode node, boolean outputsFirst, List<NetworkLayer> layers) {
    String own = node.input(1);
    boolean turned = transposed.containsKey(own);
    Optional<TensorEntry> weight = weight(turned ? transposed.get(own) : own);
    if (weight.isPresent()
        && weight.get().shape().rank() == 2
        && network.weights().get(node.input(0)) == null) {
      layers.add(layer(node, weight.get(), outputsFirst == turned, 1));
    }
  }

  private NetworkLayer layer(
      NetworkNode node, TensorEntry weight, boolean inputsFirst, int groups) {
    String output = node.outputs().get(0);
    long outputs = weight.shape().dim(inputsFirst ? 1 : 0);
    boolean convolution = weight.shape().rank() == 4;
    String result = output;
    Optional<String> bias = Optional.of(node.input(2)).filter(name -> isVector(name, outputs));
    if (node.input(2).isEmpty()) {
      Optional<NetworkNode> sum = consumers.only(output).filter(n -> n.operator().equals("Add"));
      bias = sum.flatMap(add -> added(add, output, outputs, convolution));
      result = bias.isPresent() ? sum.get().outputs().get(0) : output;
    }
    Optional<Normalization> normalization =
        consumers
            .only(result)
            .filter(n -> n.operator().equals("BatchNormalization"))
            .flatMap(this::normalization);
    return new NetworkLayer(
        node.index(),
        weight.name(),
        weight.shape(),
        inputsFirst,
        groups,
        bias,
        node.input(0),
        output,
        normalization,
        normalization.map(Normalization::output).orElse(result));
  }

  private boolean isVector(String name, long outputs) {
    return weight(name).filter(w -> w.shape().elements() == outputs).isPresent();
  }

  /** The weight that an Add puts onto each output of a layer, if that is what it does. */
  private Optional<String> added(
      NetworkNode add, String output, long outputs, boolean convolution) {
    String other = add.input(0).equals(output) ? add.input(1) : add.input(0);
    if (!isVector(other, outputs)) {
      return Optional.empty();
    }
    Shape vector = network.weights().get(other).shape();
    Shape value = shapes.of(output);
    // The mode of the outputs, counted from the end as broadcasting does.
    int channel = vector.rank() - (convolution ? 3 : 1);
    boolean fits = vector.rank() <= value.rank() && channel >= 0 && vector.dim(channel) == outputs;
    return fits ? Optional.of(other) : Optional.empty();
  }

  private Optional<Normalization> normalization(NetworkNode node) {
    for (int input = 1; input <= 4; input++) {
      if (weight(node.input(input)).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Normalization(
            node.index(),
            node.input(1),
            node.input(2),
            node.input(3),
            node.input(4),
            node.attributes().number("epsilon", 1e-5f),
            node.outputs().get(0)));
  }
}
