package org.zoopress.network;

import java.util.Optional;
import org.zoopress.tensor.Shape;

/**
 * A layer with a weight.
 *
 * @param node index of its node
 * @param weight name of its weight
 * @param shape of the weight as stored: (O, I/groups, kh, kw), or (O, I) of a linear layer, or (I,
 *     O) if {@code inputsFirst}
 * @param inputsFirst of a linear layer, whether the weight is stored inputs first (MatMul, Gemm
 *     without transB)
 * @param groups of a convolution; 1 for a linear layer
 * @param bias name of its bias, a weight of the network; empty if it has none
 * @param input name of the value that it reads
 * @param output name of its value
 * @param normalization the batch norm that alone reads its output, if there is one
 * @param result name of the value after bias and normalization
 */
public record NetworkLayer(
    int node,
    String weight,
    Shape shape,
    boolean inputsFirst,
    int groups,
    Optional<String> bias,
    String input,
    String output,
    Optional<Normalization> normalization,
    String result) {

  /** Number of outputs O. */
  public int outputs() {
    return Math.toIntExact(shape.dim(inputsFirst ? 1 : 0));
  }

  /** Whether it is a convolution. */
  public boolean isConvolution() {
    return shape.rank() == 4;
  }
}
