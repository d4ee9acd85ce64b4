package org.zoopress.method.transform;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvectors of a small symmetric matrix by cyclic Jacobi rotations.
 *
 * <p>LAPACK would do, but what it finds differs in the last bits between its implementations, and
 * these bits may turn a rounded angle of a stored transform and with it every payload. Here every
 * operation is fixed: n³ of them a sweep, with n at most 49.
 *
 * @see <a href="https://doi.org/10.1515/crll.1846.30.51">Jacobi 1846</a>; Golub and Van Loan,
 *     Matrix Computations, 8.5
 */
final class JacobiEigen {
  /** Converges quadratically: ten sweeps are plenty. */
  private static final int MOST_SWEEPS = 40;

  private JacobiEigen() {}

  /**
   * @param symmetric n×n, row-major; overwritten
   * @return eigenvectors as rows, in descending order of eigenvalues, equal ones in the order of
   *     the diagonal; the entry of largest magnitude of each is positive
   */
  static double[] vectors(double[] symmetric, int size) {
    double[] rows = new double[size * size];
    double trace = 0;
    for (int i = 0; i < size; i++) {
      rows[i * size + i] = 1;
      trace += Math.abs(symmetric[i * size + i]);
    }
    double negligible = 0x1p-50 * trace;
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
      rotated = false;
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          if (Math.abs(symmetric[p * size + q]) > negligible) {
            rotate(symmetric, rows, size, p, q);
            rotated = true;
          }
        }
      }
    }
    return sorted(symmetric, rows, size);
  }

  /** The rotation of least angle that makes entry (p, q) zero. */
  private static void rotate(double[] a, double[] rows, int size, int p, int q) {
    double ratio = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q]);
    double tangent = 1 / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
    tangent = ratio < 0 ? -tangent : tangent;
    double cosine = 1 / Math.sqrt(tangent * tangent + 1);
    double sine = tangent * cosine;
    for (int k = 0; k < size; k++) {
      double x = a[k * size + p];
      double y = a[k * size + q];
      a[k * size + p] = cosine * x - sine * y;
      a[k * size + q] = sine * x + cosine * y;
    }
    turnRows(a, size, p, q, cosine, sine);
    turnRows(rows, size, p, q, cosine, sine);
  }

  private static void turnRows(
      double[] matrix, int size, int p, int q, double cosine, double sine) {
    for (int k = 0; k < size; k++) {
      double x = matrix[p * size + k];
      double y = matrix[q * size + k];
      matrix[p * size + k] = cosine * x - sine * y;
      matrix[q * size + k] = sine * x + cosine * y;
    }
  }

  private static double[] sorted(double[] diagonal, double[] rows, int size) {
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -diagonal[i * size + i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] vectors = new double[size * size];
    for (int i = 0; i < size; i++) {
      int from = order[i] * size;
      int largest = 0;
      for (int k = 1; k < size; k++) {
        if (Math.abs(rows[from + k]) > Math.abs(rows[from + largest])) {
          largest = k;
        }
      }
      double sign = rows[from + largest] < 0 ? -1 : 1;
      for (int k = 0; k < size; k++) {
        vectors[i * size + k] = sign * rows[from + k];
      }
    }
    return vectors;
  }
}
