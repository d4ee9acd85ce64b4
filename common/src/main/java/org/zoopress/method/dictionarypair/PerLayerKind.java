package org.zoopress.method.dictionarypair;

import java.io.Serializable;

/**
 * A count for each kind of layer.
 *
 * @param spatial for convolutions with a kernel of more than one position
 * @param pointwise for 1×1 convolutions
 * @param dense for fully connected layers
 */
public record PerLayerKind(int spatial, int pointwise, int dense) implements Serializable {
  /** The count of one kind. */
  public int of(LayerKind kind) {
    return switch (kind) {
      case SPATIAL -> spatial;
      case POINTWISE -> pointwise;
      case DENSE -> dense;
    };
  }

  /** The smallest of the three. */
  int least() {
    return Math.min(spatial, Math.min(pointwise, dense));
  }
}
