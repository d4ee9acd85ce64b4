package org.zoopress.autograd;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a node reads.
 *
 * @param tensors by position; empty where an input is left out or of whole numbers, which
 *     operations read when they are made
 * @param statistics of batch normalization
 */
record Operands(List<Optional<Tensor>> tensors, BatchStatistics statistics) {

  /** An input that the operation needs. */
  Tensor get(int position) {
    return optional(position)
        .orElseThrow(() -> new IllegalArgumentException("input " + position + " has no value"));
  }

  Optional<Tensor> optional(int position) {
    return position < tensors.size() ? tensors.get(position) : Optional.empty();
  }

  int count() {
    return tensors.size();
  }
}
