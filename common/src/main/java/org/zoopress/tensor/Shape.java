package org.zoopress.tensor;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Mode sizes of a tensor, n_1 … n_d, row-major; a scalar has none. The number of elements fits a
 * long by construction.
 */
public final class Shape implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] dims;
  private final long elements;

  private Shape(long[] dims) {
    long product = 1;
    for (long n : dims) {
      if (n < 0) {
        throw new IllegalArgumentException("negative mode size in " + Arrays.toString(dims));
      }
      product = Math.multiplyExact(product, n);
    }
    this.dims = dims;
    this.elements = product;
  }

  /**
   * @throws IllegalArgumentException for a negative mode size
   * @throws ArithmeticException if the number of elements overflows a long
   */
  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  /** Number of modes; 0 for a scalar. */
  public int rank() {
    return dims.length;
  }

  /** Size of mode {@code k}, counted from 0. */
  public long dim(int k) {
    return dims[k];
  }

  /** A copy of the mode sizes. */
  public long[] dims() {
    return dims.clone();
  }

  /** Number of elements. */
  public long elements() {
    return elements;
  }

  /** Size of the first mode (the output mode O of a weight), 1 for a scalar. */
  public long rows() {
    return dims.length == 0 ? 1 : dims[0];
  }

  /** Elements of one row: the product of all modes but the first. */
  public long rowElements() {
    long product = 1;
    for (int k = 1; k < dims.length; k++) {
      product *= dims[k];
    }
    return product;
  }

  /** The same shape with another first mode: a block of rows. */
  public Shape withRows(long rows) {
    if (dims.length == 0) {
      throw new IllegalStateException("a scalar has no rows");
    }
    long[] other = dims.clone();
    other[0] = rows;
    return new Shape(other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For people: {@code 16x3x3x3}, or {@code scalar}. */
  @Override
  public String toString() {
    if (dims.length == 0) {
      return "scalar";
    }
    StringBuilder text = new StringBuilder();
    for (long n : dims) {
      text.append(text.isEmpty() ? "" : "x").append(n);
    }
    return text.toString();
  }
}
