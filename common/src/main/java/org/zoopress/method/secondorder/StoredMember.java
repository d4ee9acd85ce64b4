package org.zoopress.method.secondorder;

import org.zoopress.tensor.DType;

/** One tensor of a network as it is stored. */
public sealed interface StoredMember
    permits CodedLayer, SideParameters, ConstantMember, ExactMember {

  /** Number of elements. */
  long elements();

  /**
   * The tensor as a reader gets it.
   *
   * @param dtype element type of the original, to which values are rounded
   * @return elements, little-endian, row-major
   */
  byte[] restore(DType dtype);
}
