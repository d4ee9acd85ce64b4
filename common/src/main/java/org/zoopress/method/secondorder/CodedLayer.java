package org.zoopress.method.secondorder;

import org.zoopress.tensor.Shape;

/** A weight in which errors were fed back, as a {@link LayerCoder} leaves it. */
public sealed interface CodedLayer extends StoredMember permits QuantizedLayer, AdditiveLayer {

  /** Shape of the weight, outputs first. */
  Shape shape();

  /** Shape of the tensor. */
  Shape storedShape();

  /** The weights that a decoder finds, outputs first. */
  float[] restored();

  /**
   * What its points or codes would cost if they were stored alone; as one layer of a network they
   * cost somewhat less. Not a number where the layer was read.
   */
  double bits();

  /**
   * The same weight as a tensor that is stored inputs first, (I, O), as that of a MatMul is.
   *
   * @throws IllegalStateException if it is no matrix
   */
  CodedLayer inputsFirst();
}
