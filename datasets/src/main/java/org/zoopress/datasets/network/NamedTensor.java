package org.zoopress.datasets.network;

import org.zoopress.tensor.Shape;

/**
 * A float32 tensor with its name.
 *
 * @param values row-major, as many as the shape has elements; shared, not copied
 */
public record NamedTensor(String name, Shape shape, float[] values) {
  /** Refuses a number of values that the shape does not have. */
  public NamedTensor {
    if (shape.elements() != values.length) {
      throw new IllegalArgumentException(name + ": " + values.length + " values for " + shape);
    }
  }
}
