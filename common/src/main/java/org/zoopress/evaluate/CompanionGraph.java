package org.zoopress.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;

/**
 * Finds the graph of a model that has none. A safetensors file or a PyTorch checkpoint holds
 * weights only; an ONNX file of the same zoo whose initializers have the same names and shapes is
 * the same network, and its initializers can be replaced by the weights to evaluate them.
 *
 * <p>Only floating-point tensors count (integers are shapes and counters such as {@code
 * num_batches_tracked}), of whatever precision. Scalars that only the graph has are its constants,
 * not weights. A leading {@code module.}, which PyTorch's data-parallel wrapper adds, is no part of
 * a name.
 */
public final class CompanionGraph {
  private static final String WRAPPER = "module.";

  private CompanionGraph() {}

  /** The initializer's name of a tensor: without the wrapper's prefix. */
  public static String initializerName(String tensor) {
    return tensor.startsWith(WRAPPER) ? tensor.substring(WRAPPER.length()) : tensor;
  }

  /**
   * Why {@code graph} cannot serve as the graph of {@code weights}, in words for the user; empty if
   * it can.
   */
  public static Optional<String> refusal(ModelHeader graph, ModelHeader weights) {
    if (graph.format() != ModelFormat.ONNX) {
      return Optional.of("%s is %s, which holds no graph".formatted(graph.name(), graph.format()));
    }
    Map<String, Shape> initializers = floats(graph);
    Map<String, Shape> tensors = floats(weights);
    if (tensors.isEmpty()) {
      return Optional.of(weights.name() + " has no floating-point tensors");
    }
    for (Map.Entry<String, Shape> initializer : initializers.entrySet()) {
      Shape found = tensors.get(initializer.getKey());
      if (found == null && initializer.getValue().rank() > 0) {
        return Optional.of(
            "%s has no tensor '%s' (%s) of %s"
                .formatted(
                    weights.name(), initializer.getKey(), initializer.getValue(), graph.name()));
      }
      if (found != null && !found.equals(initializer.getValue())) {
        return Optional.of(
            "tensor '%s' is %s in %s and %s in %s"
                .formatted(
                    initializer.getKey(),
                    found,
                    weights.name(),
                    initializer.getValue(),
                    graph.name()));
      }
    }
    List<String> unused =
        tensors.keySet().stream().filter(name -> !initializers.containsKey(name)).toList();
    return unused.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s does not use %d tensor(s) of %s, the first is '%s'"
                .formatted(graph.name(), unused.size(), weights.name(), unused.get(0)));
  }

  private static Map<String, Shape> floats(ModelHeader header) {
    return header.tensors().stream()
        .filter(tensor -> tensor.dtype().compressible())
        .collect(
            Collectors.toMap(
                tensor -> initializerName(tensor.name()),
                TensorEntry::shape,
                (first, second) -> first,
                LinkedHashMap::new));
  }
}
