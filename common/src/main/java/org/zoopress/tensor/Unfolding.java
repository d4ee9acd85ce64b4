package org.zoopress.tensor;

import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * A weight seen as a matrix with one column per output channel: a convolution (O, I, kh, kw) as
 * (I·s)×O with s = kh·kw and row index i·s + position, a fully connected layer (O, I) as I×O.
 *
 * <p>A row-major weight holds its output channels one after the other, which is this matrix in
 * column-major order: unfolding moves no value.
 */
public final class Unfolding {
  private final Shape shape;
  private final int rows;
  private final int columns;

  private Unfolding(Shape shape) {
    this.shape = shape;
    this.rows = (int) shape.rowElements();
    this.columns = (int) shape.rows();
  }

  /** Why a tensor of this shape is no such matrix, in words for the user; empty if it is. */
  public static Optional<String> refusal(Shape shape) {
    if (shape.rank() != 2 && shape.rank() != 4) {
      return Optional.of(
          "shape %s has %d modes; a matrix is made of (O, I) or (O, I, kh, kw)"
              .formatted(shape, shape.rank()));
    }
    if (shape.elements() == 0) {
      return Optional.of("shape %s holds no values".formatted(shape));
    }
    if (shape.elements() > Integer.MAX_VALUE - 8) {
      return Optional.of(
          "shape %s holds %d values, more than one array".formatted(shape, shape.elements()));
    }
    return Optional.empty();
  }

  /**
   * @throws IllegalArgumentException with the {@link #refusal} if there is one
   */
  public static Unfolding of(Shape shape) {
    refusal(shape)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    return new Unfolding(shape);
  }

  /** Shape of the tensor. */
  public Shape shape() {
    return shape;
  }

  /** I·s. */
  public int rows() {
    return rows;
  }

  /** O. */
  public int columns() {
    return columns;
  }

  /** I. */
  public int inputChannels() {
    return (int) shape.dim(1);
  }

  /** s = kh·kw; 1 for a fully connected layer. */
  public int kernelPositions() {
    return rows / inputChannels();
  }

  /**
   * The whole matrix.
   *
   * @param values the tensor, row-major
   */
  public DenseMatrix matrix(float[] values) {
    return rowBlock(values, 0, rows);
  }

  /** The rows from {@code from} up to but not including {@code to}, of all columns. */
  public DenseMatrix rowBlock(float[] values, int from, int to) {
    requireLength(values.length);
    int height = to - from;
    double[] block = new double[Math.multiplyExact(height, columns)];
    for (int o = 0; o < columns; o++) {
      for (int r = 0; r < height; r++) {
        block[o * height + r] = values[o * rows + from + r];
      }
    }
    return new DenseMatrix(height, columns, block);
  }

  /** Inverse of {@link #matrix}, with values rounded to float32: the tensor, row-major. */
  public float[] tensor(DenseMatrix matrix) {
    if (matrix.numRows() != rows || matrix.numCols() != columns) {
      throw new IllegalArgumentException(
          "a %d×%d matrix does not fold into %s, which needs %d×%d"
              .formatted(matrix.numRows(), matrix.numCols(), shape, rows, columns));
    }
    double[] columnMajor = matrix.toDenseColMajor().values();
    float[] values = new float[columnMajor.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) columnMajor[i];
    }
    return values;
  }

  private void requireLength(int length) {
    if (length != shape.elements()) {
      throw new IllegalArgumentException(
          "%s has %d values, found %d".formatted(shape, shape.elements(), length));
    }
  }
}
