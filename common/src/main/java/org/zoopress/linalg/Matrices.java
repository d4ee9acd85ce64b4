package org.zoopress.linalg;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;

/** Makers and small operations on {@link DenseMatrix} that need no BLAS. */
public final class Matrices {
  private Matrices() {}

  /** An m×n matrix of zeros, column-major. */
  public static DenseMatrix zeros(int rows, int columns) {
    return new DenseMatrix(rows, columns, new double[Math.multiplyExact(rows, columns)]);
  }

  /** The n×n identity. */
  public static DenseMatrix identity(int n) {
    DenseMatrix identity = zeros(n, n);
    addToDiagonal(identity, 1);
    return identity;
  }

  /** A copy that shares nothing with the argument, column-major. */
  public static DenseMatrix copy(DenseMatrix a) {
    return new DenseMatrix(a.numRows(), a.numCols(), copyOfValues(a));
  }

  /** The values in column-major order, a new array. */
  public static double[] copyOfValues(DenseMatrix a) {
    return a.isTransposed()
        ? transposedOrder(a.values(), a.numCols(), a.numRows())
        : a.values().clone();
  }

  /**
   * Column-major values of a matrix as those of its transpose; MLlib's own takes three times as
   * long.
   */
  private static double[] transposedOrder(double[] values, int rows, int columns) {
    double[] transposed = new double[values.length];
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        transposed[i * columns + j] = values[j * rows + i];
      }
    }
    return transposed;
  }

  /** Aᵀ, a new column-major matrix. */
  public static DenseMatrix transpose(DenseMatrix a) {
    return copy(a.transpose());
  }

  /** The first {@code count} columns, a new matrix. */
  public static DenseMatrix leadingColumns(DenseMatrix a, int count) {
    DenseMatrix source = a.toDenseColMajor();
    int length = Math.multiplyExact(a.numRows(), count);
    return new DenseMatrix(a.numRows(), count, Arrays.copyOf(source.values(), length));
  }

  /** A ← A + value·I, in place. */
  public static void addToDiagonal(DenseMatrix a, double value) {
    double[] values = a.values();
    int step = a.numRows() + 1;
    for (int i = 0; i < Math.min(a.numRows(), a.numCols()); i++) {
      values[i * step] += value;
    }
  }

  /** ⟨A, B⟩ = tr AᵀB of matrices of equal size, both column-major. */
  public static double inner(DenseMatrix a, DenseMatrix b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      sum += a.values()[i] * b.values()[i];
    }
    return sum;
  }

  /** ‖A‖²_F. */
  public static double squaredNorm(DenseMatrix a) {
    double sum = 0;
    for (double v : a.values()) {
      sum += v * v;
    }
    return sum;
  }

  /** ‖A − B‖²_F of matrices of equal size. */
  public static double squaredDistance(DenseMatrix a, DenseMatrix b) {
    double[] x = a.toDenseColMajor().values();
    double[] y = b.toDenseColMajor().values();
    if (a.numRows() != b.numRows() || x.length != y.length) {
      throw new IllegalArgumentException(
          "distance of %d×%d to %d×%d"
              .formatted(a.numRows(), a.numCols(), b.numRows(), b.numCols()));
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double difference = x[i] - y[i];
      sum += difference * difference;
    }
    return sum;
  }
}
