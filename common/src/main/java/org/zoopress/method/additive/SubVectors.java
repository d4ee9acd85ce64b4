package org.zoopress.method.additive;

import org.zoopress.tensor.Shape;

/**
 * How a weight is cut into vectors of d numbers: each filter (row) by itself, from its beginning,
 * the last vector of a filter filled up with zeros. Inside a filter, because there neighbours
 * resemble each other: on ResNet-20 the error is 6 % less than with vectors along the input
 * channels.
 *
 * @param rows filters, O; 1 for a tensor of one mode
 * @param rowLength weights of a filter; at least 1
 * @param dimension d
 */
public record SubVectors(int rows, int rowLength, int dimension) {
  /**
   * Vectors of exactly d numbers.
   *
   * @param shape at least one and at most 2^31 − 9 elements
   */
  public static SubVectors of(Shape shape, int dimension) {
    int elements = Math.toIntExact(shape.elements());
    int rows = shape.rank() < 2 ? 1 : Math.toIntExact(shape.rows());
    return new SubVectors(rows, elements / rows, dimension);
  }

  /**
   * Vectors of about d numbers, but of a length that leaves little to fill up: a 3×3 kernel alone
   * is one vector of 9, not two of 8. At most 3d/2.
   */
  public static SubVectors balanced(Shape shape, int dimension) {
    int length = of(shape, dimension).rowLength();
    long perRow = Math.max(1, Math.round((double) length / dimension));
    return of(shape, (int) ((length + perRow - 1) / perRow));
  }

  /** Vectors of a filter. */
  public int vectorsPerRow() {
    return (rowLength - 1) / dimension + 1;
  }

  /** n, the number of vectors. */
  public long count() {
    return (long) rows * vectorsPerRow();
  }

  /** Weights, row-major, to vectors, n×d. */
  public float[] cut(float[] weights) {
    float[] vectors = new float[Math.toIntExact(count() * dimension)];
    for (int row = 0; row < rows; row++) {
      int first = row * vectorsPerRow() * dimension;
      System.arraycopy(weights, row * rowLength, vectors, first, rowLength);
    }
    return vectors;
  }

  /** Inverse of {@link #cut}: what filled up the vectors is dropped. */
  public float[] join(float[] vectors) {
    float[] weights = new float[rows * rowLength];
    for (int row = 0; row < rows; row++) {
      int first = row * vectorsPerRow() * dimension;
      System.arraycopy(vectors, first, weights, row * rowLength, rowLength);
    }
    return weights;
  }
}
