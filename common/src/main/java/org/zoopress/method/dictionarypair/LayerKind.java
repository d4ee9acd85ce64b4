package org.zoopress.method.dictionarypair;

import org.zoopress.tensor.Shape;

/** Kinds of layer that the paper gives their own block sizes and word counts. */
public enum LayerKind {
  /** Convolution with a kernel of more than one position. */
  SPATIAL,
  /** 1×1 convolution. */
  POINTWISE,
  /** Fully connected layer. */
  DENSE;

  /** Kind of a weight (O, I, kh, kw) or (O, I). */
  public static LayerKind of(Shape shape) {
    if (shape.rank() == 2) {
      return DENSE;
    }
    return shape.rowElements() == shape.dim(1) ? POINTWISE : SPATIAL;
  }
}
