package org.zoopress.method.dictionarypair;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * min over D of ‖X − DA‖² with every column in the unit ball, by ADMM with a growing penalty: D =
 * (ρ(Z − T) + XAᵀ)(ρI + AAᵀ)⁻¹, Z = projection of D + T, T += D − Z, ρ ← growth · ρ.
 */
final class UnitBallDictionary {
  /** Both from Gu et al. 2014: stop at this mean squared change of D's entries, or after these. */
  private static final double MEAN_SQUARED_CHANGE = 1e-8;

  private static final int MAX_STEPS = 100;

  private final LinearAlgebra algebra;
  private final double rhoGrowth;

  UnitBallDictionary(LinearAlgebra algebra, double rhoGrowth) {
    this.algebra = algebra;
    this.rhoGrowth = rhoGrowth;
  }

  /**
   * @param cross XAᵀ, m×k
   * @param codeGram AAᵀ, k×k
   * @param start D of the outer iteration before, m×k
   * @return Z, whose columns have norm 1 at most
   */
  DenseMatrix fit(DenseMatrix cross, DenseMatrix codeGram, DenseMatrix start) {
    int rows = cross.numRows();
    int words = cross.numCols();
    DenseMatrix dictionary = start;
    double[] projected = start.values().clone();
    double[] dual = new double[projected.length];
    DenseMatrix right = Matrices.zeros(rows, words);
    double rho = 1;
    for (int step = 0; step < MAX_STEPS; step++) {
      for (int i = 0; i < dual.length; i++) {
        right.values()[i] = rho * (projected[i] - dual[i]) + cross.values()[i];
      }
      DenseMatrix next = algebra.multiply(right, inverse(codeGram, rho));
      for (int i = 0; i < dual.length; i++) {
        projected[i] = next.values()[i] + dual[i];
      }
      projectColumns(projected, rows);
      for (int i = 0; i < dual.length; i++) {
        dual[i] += next.values()[i] - projected[i];
      }
      double change = Matrices.squaredDistance(next, dictionary) / dual.length;
      dictionary = next;
      rho *= rhoGrowth;
      if (change <= MEAN_SQUARED_CHANGE) {
        break;
      }
    }
    return new DenseMatrix(rows, words, projected);
  }

  /** (ρI + AAᵀ)⁻¹ outright, because it meets m rows at once and a product beats m solves. */
  private DenseMatrix inverse(DenseMatrix codeGram, double rho) {
    DenseMatrix system = Matrices.copy(codeGram);
    Matrices.addToDiagonal(system, rho);
    return algebra.solve(algebra.cholesky(system), Matrices.identity(system.numRows()));
  }

  private static void projectColumns(double[] columns, int rows) {
    for (int start = 0; start < columns.length; start += rows) {
      double squared = 0;
      for (int i = start; i < start + rows; i++) {
        squared += columns[i] * columns[i];
      }
      if (squared > 1) {
        double shrink = 1 / Math.sqrt(squared);
        for (int i = start; i < start + rows; i++) {
          columns[i] *= shrink;
        }
      }
    }
  }
}
