package org.zoopress.method.secondorder;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.NotPositiveDefiniteException;

/**
 * The second moments of a group's inputs as M·Mᵀ with M upper triangular, columns in the order in
 * which they are quantized.
 *
 * <p>tr(E·H·Eᵀ) = ‖E·M‖², and column j of E·M is E_j·M_jj + Σ_{i&lt;j} E_i·M_ij: what the columns
 * before have done wrong is known when column j is quantized, and made good by aiming at
 *
 * <pre>  w_j + Σ_{i&lt;j} E_i · M_ij/M_jj          (E = W − Ŵ)</pre>
 *
 * With U = M⁻¹, the upper Cholesky factor of H⁻¹ = UᵀU, this is the error feedback of GPTQ without
 * an inverse; 1/M_jj = U_jj is the standard deviation of weight j given those after it.
 */
final class InputFactor {
  /** More damping each time that the matrix is found to be indefinite. */
  private static final double DAMPING_GROWTH = 10;

  private final int size;
  // Column-major, zeros below the diagonal.
  private final double[] upper;

  private InputFactor(int size, double[] upper) {
    this.size = size;
    this.upper = upper;
  }

  /**
   * @param gram H, n×n in the order of the stored kernel; not changed
   * @param order of which stored column column j is a coefficient of
   */
  static InputFactor of(double[] gram, ColumnOrder order, double damping) {
    int n = order.columns();
    double[] moments = order.rotated(gram);
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += moments[i * n + i];
    }
    if (!(trace >= 0 && trace <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("second moments with trace " + trace);
    }
    // Reversed, so that the lower factor read backwards is the upper one.
    double[] reversed = new double[n * n];
    double unit = trace == 0 ? 1 : n / trace;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        reversed[(n - 1 - i) * n + n - 1 - j] = unit * moments[i * n + j];
      }
    }
    DenseMatrix matrix = new DenseMatrix(n, n, reversed);
    double added = trace == 0 ? 1 : damping;
    Matrices.addToDiagonal(matrix, added);
    double[] lower = Matrices.copyOfValues(factor(matrix, added));
    double[] upper = new double[n * n];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i <= j; i++) {
        upper[j * n + i] = lower[(n - 1 - j) * n + n - 1 - i];
      }
    }
    return new InputFactor(n, upper);
  }

  private static DenseMatrix factor(DenseMatrix matrix, double damping) {
    double added = damping;
    while (true) {
      try {
        return LinearAlgebra.get().cholesky(matrix).lower();
      } catch (NotPositiveDefiniteException e) {
        // Moments that were rounded to float32 on the way can have negative eigenvalues.
        if (added > 1) {
          throw new IllegalArgumentException("second moments are not positive semidefinite", e);
        }
        Matrices.addToDiagonal(matrix, (DAMPING_GROWTH - 1) * added);
        added *= DAMPING_GROWTH;
      }
    }
  }

  /** n. */
  int size() {
    return size;
  }

  /** M_jj. */
  double diagonal(int j) {
    return upper[j * size + j];
  }

  /** M_ij, i ≤ j. */
  double at(int i, int j) {
    return upper[j * size + i];
  }

  /** Rows 0 … rows−1 of columns from … to−1, a new matrix. */
  DenseMatrix block(int rows, int from, int to) {
    double[] values = new double[rows * (to - from)];
    for (int j = from; j < to; j++) {
      System.arraycopy(upper, j * size, values, (j - from) * rows, rows);
    }
    return new DenseMatrix(rows, to - from, values);
  }
}
