package org.zoopress.autograd;

import org.bytedeco.pytorch.Tensor;

/** What a node computes; its attributes and constant inputs have been read and checked. */
@FunctionalInterface
interface Operation {
  /** The value of the node's first output, in the innermost scope; may be an operand itself. */
  Tensor apply(Operands operands);
}
