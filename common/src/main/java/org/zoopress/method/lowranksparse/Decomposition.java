package org.zoopress.method.lowranksparse;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * W ≈ U·V + S of an m×n matrix.
 *
 * @param u m×r, orthonormal columns
 * @param v r×n, its rows orthogonal in the metric H, by descending energy
 * @param sparse S
 * @param squaredError ‖(W − UV − S)H^½‖²; with H = I the squared Frobenius norm
 * @param iterations how many power steps were taken in all
 */
public record Decomposition(
    DenseMatrix u, DenseMatrix v, SparseEntries sparse, double squaredError, int iterations) {
  /** r. */
  public int rank() {
    return v.numRows();
  }

  /** U·V + S, m×n, column-major. */
  public DenseMatrix reconstruct(LinearAlgebra algebra) {
    DenseMatrix sum =
        rank() == 0
            ? Matrices.zeros(u.numRows(), v.numCols())
            : Matrices.copy(algebra.multiply(u, v));
    sparse.addTo(sum.values(), 1);
    return sum;
  }
}
