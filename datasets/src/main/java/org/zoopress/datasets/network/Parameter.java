package org.zoopress.datasets.network;

import org.zoopress.tensor.Shape;

/**
 * A tensor that a layer owns.
 *
 * @param name the layer's name, a dot and the role as PyTorch calls it, such as {@code fc.weight}
 */
public record Parameter(String name, Shape shape, Kind kind) {

  /** What a parameter is, which settles how it starts and whether it is trained. */
  public enum Kind {
    /** Weight of a convolution (O, I / groups, k, k) or of a linear layer (O, I). */
    WEIGHT,
    /** Scale of a batch normalisation, starts at 1. */
    SCALE,
    /** Shift of a batch normalisation or bias of a linear layer, starts at 0. */
    SHIFT,
    /** Mean that a batch normalisation collects; not trained, starts at 0. */
    RUNNING_MEAN,
    /** Variance that a batch normalisation collects; not trained, starts at 1. */
    RUNNING_VARIANCE;

    /** Whether gradient descent changes it. */
    public boolean trained() {
      return this == WEIGHT || this == SCALE || this == SHIFT;
    }

    /** The constant that a parameter of this kind starts at; weights start at random. */
    public float initialValue() {
      return switch (this) {
        case SCALE, RUNNING_VARIANCE -> 1;
        case SHIFT, RUNNING_MEAN -> 0;
        case WEIGHT -> throw new IllegalStateException("weights start at random values");
      };
    }
  }
}
