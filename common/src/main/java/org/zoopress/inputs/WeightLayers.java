package org.zoopress.inputs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.TensorEntry;

/**
 * The layers of a graph whose inputs can be collected. A weight that several layers share counts
 * all of them; if one of them cannot be collected, none is.
 */
public final class WeightLayers {
  private static final long LARGEST = 1 << 20;

  private final Map<String, List<WeightLayer>> layers = new LinkedHashMap<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();

  private final OnnxGraph graph;

  private WeightLayers(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Finds the convolutions and matrix products of a graph with one of the weights.
   *
   * @param tensors those of the model whose layers are wanted
   * @param maxColumns bound of n: a matrix takes 8·n² bytes
   */
  public static WeightLayers of(OnnxGraph graph, List<TensorEntry> tensors, int maxColumns) {
    Map<String, TensorEntry> weights = new HashMap<>();
    for (TensorEntry tensor : tensors) {
      if (tensor.dtype().compressible() && tensor.shape().rank() >= 2) {
        weights.put(tensor.name(), tensor);
      }
    }
    WeightLayers found = new WeightLayers(graph);
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.inputs().size() >= 2) {
        switch (node.operator()) {
          case "Conv" -> found.add(node, weights.get(node.inputs().get(1)), maxColumns);
          case "Gemm" -> found.add(node, weights.get(node.inputs().get(1)), maxColumns);
          case "MatMul" -> found.refuseProduct(node, weights);
          default -> {} // no weight, or one of another kind of layer
        }
      }
    }
    found.refusals.keySet().forEach(found.layers::remove);
    return found;
  }

  private void add(OnnxGraph.Node node, TensorEntry weight, int maxColumns) {
    if (weight == null) {
      return;
    }
    Optional<String> refusal =
        node.operator().equals("Conv")
            ? refusalOfConvolution(node, weight.shape())
            : refusalOfProduct(node, weight.shape());
    long columns = weight.shape().rowElements();
    if (refusal.isEmpty() && columns > maxColumns) {
      refusal =
          Optional.of(
              "it has %d inputs an output, more than inputs.max-columns=%d"
                  .formatted(columns, maxColumns));
    }
    if (refusal.isPresent()) {
      refusals.putIfAbsent(weight.name(), refusal.get());
      return;
    }
    layers
        .computeIfAbsent(weight.name(), name -> new ArrayList<>())
        .add(
            new WeightLayer(
                weight.name(), node.inputs().get(0), (int) columns, patches(node, weight.shape())));
  }

  private static Optional<String> refusalOfProduct(OnnxGraph.Node node, Shape shape) {
    if (shape.rank() != 2 || node.number("transB", 0) == 0) {
      return Optional.of("its weight is stored inputs first (Gemm without transB)");
    }
    return node.number("transA", 0) == 0
        ? Optional.empty()
        : Optional.of("its input is transposed (Gemm with transA)");
  }

  private void refuseProduct(OnnxGraph.Node node, Map<String, TensorEntry> weights) {
    node.inputs().stream()
        .filter(weights::containsKey)
        .forEach(name -> refusals.putIfAbsent(name, "its weight is stored inputs first (MatMul)"));
  }

  private static Optional<String> refusalOfConvolution(OnnxGraph.Node node, Shape shape) {
    if (shape.rank() != 4) {
      return Optional.of("it is no convolution of two dimensions");
    }
    if (node.number("group", 1) != 1) {
      return Optional.of(
          "it is a grouped convolution (%d groups): its filters see different inputs"
              .formatted(node.number("group", 1)));
    }
    List<Long> kernel = node.integers().getOrDefault("kernel_shape", List.of());
    boolean odd =
        !kernel.isEmpty() && !kernel.equals(List.of(shape.dim(2), shape.dim(3)))
            || !fits(node, "strides", 2, 1)
            || !fits(node, "dilations", 2, 1)
            || !fits(node, "pads", 4, 0)
            || !List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(rule(node));
    return odd ? Optional.of("its kernel, strides, pads or dilations are odd") : Optional.empty();
  }

  private static boolean fits(OnnxGraph.Node node, String attribute, int count, long least) {
    List<Long> values = node.integers().getOrDefault(attribute, List.of());
    return values.isEmpty()
        || values.size() == count
            && values.stream().allMatch(value -> value >= least && value <= LARGEST);
  }

  private static Optional<Patches> patches(OnnxGraph.Node node, Shape shape) {
    if (shape.rank() != 4) {
      return Optional.empty();
    }
    int[] strides = values(node, "strides", 1, 1);
    int[] dilations = values(node, "dilations", 1, 1);
    boolean explicit = rule(node).equals("NOTSET");
    int[] pads = explicit ? values(node, "pads", 0, 0, 0, 0) : new int[4];
    return Optional.of(
        new Patches(
            Math.toIntExact(shape.dim(2)),
            Math.toIntExact(shape.dim(3)),
            strides[0],
            strides[1],
            dilations[0],
            dilations[1],
            pads[0],
            pads[1],
            pads[2],
            pads[3],
            rule(node).startsWith("SAME"),
            rule(node).equals("SAME_LOWER")));
  }

  private static String rule(OnnxGraph.Node node) {
    return node.texts().getOrDefault("auto_pad", "NOTSET");
  }

  private static int[] values(OnnxGraph.Node node, String attribute, long... absent) {
    List<Long> given = node.integers().getOrDefault(attribute, List.of());
    LongStream values =
        given.isEmpty() ? LongStream.of(absent) : given.stream().mapToLong(Long::longValue);
    return values.mapToInt(Math::toIntExact).toArray();
  }

  /**
   * Names of the values that must be made outputs of the network: what layers read, but for the
   * network's own input and what is an output already.
   */
  public List<String> extraOutputs() {
    Set<String> given =
        Stream.concat(graph.inputs().stream(), graph.outputs().stream())
            .map(OnnxGraph.Value::name)
            .collect(Collectors.toSet());
    return layers.values().stream()
        .flatMap(List::stream)
        .map(WeightLayer::input)
        .filter(value -> !given.contains(value))
        .distinct()
        .toList();
  }

  /** Weights whose inputs are not collected, with the reason. */
  public Map<String, String> refusals() {
    return refusals;
  }

  /** By weight, in the order of the graph. */
  Map<String, List<WeightLayer>> layers() {
    return layers;
  }
}
