package org.zoopress.zoo;

import java.io.Serializable;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Where one tensor of a model lies.
 *
 * @param name as in the file
 * @param file index into {@link ModelHeader#files}
 * @param offset first byte in that file
 * @param layout how the bytes at {@code offset} become row-major little-endian elements
 */
public record TensorEntry(
    String name, DType dtype, Shape shape, int file, long offset, TensorLayout layout)
    implements Serializable {

  /** Bytes of the elements, row-major and packed. */
  public long bytes() {
    return Math.multiplyExact(shape.elements(), dtype.bytes());
  }
}
