package org.zoopress.datasets.network;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network for grey images of glyphs: input (batch, 1, 28, 28) in [0, 1], output one logit a
 * class, the last layer's value.
 *
 * @param architecture what people call it, such as {@code resnet}
 * @param layers in an order in which each layer comes after its inputs
 */
public record Network(String architecture, List<Layer> layers) {
  /** Name of the image input. */
  public static final String INPUT = "input";

  /** Added to the variance in batch normalisation; PyTorch's default. */
  public static final float EPSILON = 1e-5f;

  /** Refuses equal names and layers that read what does not exist yet. */
  public Network {
    layers = List.copyOf(layers);
    Set<String> known = new HashSet<>(Set.of(INPUT));
    for (Layer layer : layers) {
      if (!known.containsAll(layer.inputs())) {
        throw new IllegalArgumentException(layer.name() + " reads unknown " + layer.inputs());
      }
      if (!known.add(layer.name())) {
        throw new IllegalArgumentException("two layers are named " + layer.name());
      }
    }
  }

  /** All tensors, in the order of the layers. */
  public List<Parameter> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /** Number of values in all tensors, running statistics included. */
  public long values() {
    return parameters().stream().mapToLong(parameter -> parameter.shape().elements()).sum();
  }
}
