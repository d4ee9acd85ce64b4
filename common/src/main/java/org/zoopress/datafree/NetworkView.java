package org.zoopress.datafree;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.zoopress.error.BadModelException;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.Normalization;
import org.zoopress.tensor.Shape;

/**
 * What compressing a network needs to know of it.
 *
 * @param network its graph
 * @param layers in the order in which they are computed
 * @param weights values of all its weights, by name; not to be changed
 * @param sample shape of what it is fed, without the batch
 * @param answers name of the value that holds its logits: its first output, or what a final softmax
 *     is taken of
 */
record NetworkView(
    Network network,
    List<NetworkLayer> layers,
    Map<String, float[]> weights,
    Shape sample,
    String answers) {
  private static final Set<String> SOFTMAX = Set.of("Softmax", "LogSoftmax");
  private static final Set<String> RECTIFIERS = Set.of("Relu", "Clip");
  private static final int NORMALIZATION_INPUTS = 5;
  private static final float DEFAULT_EPSILON = 1e-5f;

  static NetworkView of(Network network, List<NetworkLayer> layers, Map<String, float[]> weights) {
    if (network.inputs().size() != 1) {
      throw new BadModelException(
          network.path(),
          "it has %d inputs, and probes are made for one".formatted(network.inputs().size()),
          "Leave it to the methods that look at tensors alone");
    }
    List<Long> dims = network.inputs().get(0).dims();
    if (dims.size() < 2 || dims.stream().skip(1).anyMatch(size -> size < 1)) {
      throw new BadModelException(
          network.path(),
          "its input '%s' has sizes %s, and only the first may be free"
              .formatted(network.inputs().get(0).name(), dims),
          "Export it with a fixed input shape");
    }
    if (layers.isEmpty()) {
      throw new BadModelException(
          network.path(),
          "it has no convolution or linear layer whose weight is stored",
          "Leave it to the methods that look at tensors alone");
    }
    Shape sample = Shape.of(dims.stream().skip(1).mapToLong(Long::longValue).toArray());
    return new NetworkView(network, layers, weights, sample, answersOf(network));
  }

  private static String answersOf(Network network) {
    String output = network.outputs().get(0);
    return network.nodes().stream()
        .filter(node -> node.outputs().contains(output) && SOFTMAX.contains(node.operator()))
        .map(node -> node.input(0))
        .findFirst()
        .orElse(output);
  }

  /** Sizes of so many samples. */
  long[] batchDims(int count) {
    long[] dims = new long[sample.rank() + 1];
    dims[0] = count;
    System.arraycopy(sample.dims(), 0, dims, 1, sample.rank());
    return dims;
  }

  /** Name of the input. */
  String input() {
    return network.inputs().get(0).name();
  }

  /** Batch norms whose four vectors are weights that nothing else reads, in order. */
  List<Normalization> normalizations() {
    return network.nodes().stream()
        .filter(node -> node.operator().equals("BatchNormalization"))
        .filter(node -> IntStream.range(1, NORMALIZATION_INPUTS).allMatch(k -> own(node.input(k))))
        .map(
            node ->
                new Normalization(
                    node.index(),
                    node.input(1),
                    node.input(2),
                    node.input(3),
                    node.input(4),
                    node.attributes().number("epsilon", DEFAULT_EPSILON),
                    node.outputs().get(0)))
        .toList();
  }

  private boolean own(String weight) {
    return network.weights().containsKey(weight)
        && network.nodes().stream().filter(node -> node.inputs().contains(weight)).count() == 1;
  }

  /** Whether a value is computed before another is. */
  boolean computedBefore(String value, String other) {
    return position(value) < position(other);
  }

  private int position(String value) {
    return network.nodes().stream()
        .filter(node -> node.outputs().contains(value))
        .mapToInt(NetworkNode::index)
        .findFirst()
        .orElse(-1);
  }

  /** The weight of a layer, (O, n). */
  float[] outputsFirst(NetworkLayer layer) {
    float[] stored = weights.get(layer.weight());
    return layer.inputsFirst() ? transposed(stored, layer.outputs()) : stored;
  }

  /** Shape of {@link #outputsFirst}. */
  Shape outputsFirstShape(NetworkLayer layer) {
    return layer.inputsFirst()
        ? Shape.of(layer.shape().dim(1), layer.shape().dim(0))
        : layer.shape();
  }

  private static float[] transposed(float[] values, int columns) {
    int rows = values.length / columns;
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }

  /** Sizes of a vector of channels that is added to the output of a layer. */
  long[] channelDims(NetworkLayer layer, int channels) {
    return layer.isConvolution() ? new long[] {1, channels, 1, 1} : new long[] {channels};
  }

  /** Whether nothing but a rectifier reads the value, or the sum that alone reads it. */
  boolean isRectified(String value) {
    List<NetworkNode> readers =
        network.nodes().stream().filter(node -> node.inputs().contains(value)).toList();
    boolean added = readers.size() == 1 && readers.get(0).operator().equals("Add");
    String sum = added ? readers.get(0).outputs().get(0) : value;
    List<NetworkNode> last =
        network.nodes().stream().filter(node -> node.inputs().contains(sum)).toList();
    return !last.isEmpty() && last.stream().allMatch(node -> RECTIFIERS.contains(node.operator()));
  }

  /**
   * What is added to a value, where nothing else reads that value: the other branch of a shortcut.
   */
  Optional<String> addedTo(String value) {
    List<NetworkNode> readers =
        network.nodes().stream().filter(node -> node.inputs().contains(value)).toList();
    if (readers.size() != 1 || !readers.get(0).operator().equals("Add")) {
      return Optional.empty();
    }
    NetworkNode add = readers.get(0);
    String other = add.input(0).equals(value) ? add.input(1) : add.input(0);
    boolean computed =
        !other.equals(value)
            && !network.weights().containsKey(other)
            && !network.constants().containsKey(other);
    return computed ? Optional.of(other) : Optional.empty();
  }
}
