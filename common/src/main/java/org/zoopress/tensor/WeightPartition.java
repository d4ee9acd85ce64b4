package org.zoopress.tensor;

import java.util.Objects;

/**
 * A block of rows of one tensor: the RDD element and the unit of parallel work. A tensor under the
 * memory bound is one partition; a larger one is cut along its output mode, so that a partition has
 * the tensor's shape but for the first mode.
 *
 * <p>Immutable by agreement: the data array is shared, never copied, and nobody writes to it.
 */
public final class WeightPartition {
  private final String tensor;
  private final int part;
  private final DType dtype;
  private final Shape shape;
  private final byte[] data;

  /**
   * @param tensor key of the tensor: the hex SHA-256 of its dtype, shape and values
   * @param part position of this block among the tensor's blocks, from 0
   * @param shape shape of this block
   * @param data elements, little-endian, row-major; exactly {@code shape.elements() *
   *     dtype.bytes()} bytes
   */
  public WeightPartition(String tensor, int part, DType dtype, Shape shape, byte[] data) {
    if (data.length != Math.multiplyExact(shape.elements(), dtype.bytes())) {
      throw new IllegalArgumentException(
          "%s %s needs %d bytes, found %d"
              .formatted(dtype, shape, shape.elements() * dtype.bytes(), data.length));
    }
    this.tensor = Objects.requireNonNull(tensor);
    this.part = part;
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** Key of the tensor this block belongs to. */
  public String tensor() {
    return tensor;
  }

  /** Position of this block among the tensor's blocks, from 0. */
  public int part() {
    return part;
  }

  /** Element type. */
  public DType dtype() {
    return dtype;
  }

  /** Shape of this block. */
  public Shape shape() {
    return shape;
  }

  /** The elements, little-endian, row-major; not a copy. */
  public byte[] data() {
    return data;
  }

  /** The elements as float32, row-major; a new array at every call. */
  public float[] values() {
    return dtype.toFloats(data);
  }
}
