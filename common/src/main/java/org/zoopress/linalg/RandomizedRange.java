package org.zoopress.linalg;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Leading eigenspace of a positive semidefinite matrix C by random projection, power steps and
 * Rayleigh–Ritz. For C = XXᵀ these are the leading left singular vectors of X, and one product with
 * C is one whole power step.
 *
 * @see <a href="https://doi.org/10.1137/090771806">Halko, Martinsson and Tropp, Finding Structure
 *     with Randomness, SIAM Review 53(2), 2011</a>: Algorithms 4.4 and 5.3
 */
public final class RandomizedRange {
  /** Columns beyond the wanted ones; 5 to 10 in the source, more costs next to nothing here. */
  private static final int OVERSAMPLING = 10;

  private final LinearAlgebra algebra;

  /** Uses the given products and decompositions. */
  public RandomizedRange(LinearAlgebra algebra) {
    this.algebra = algebra;
  }

  /**
   * Approximate eigenpairs with the largest eigenvalues.
   *
   * @param values descending Ritz values, which never exceed the eigenvalues they stand for
   * @param vectors n×count, orthonormal columns
   */
  public record Ritz(double[] values, DenseMatrix vectors) {}

  /**
   * @param c symmetric positive semidefinite, n×n
   * @param count 1 to n
   * @param powerSteps products with C after the first; each makes the decay of the spectrum steeper
   */
  public Ritz leading(DenseMatrix c, int count, int powerSteps, long seed) {
    int n = c.numRows();
    int width = Math.min(n, count + OVERSAMPLING);
    if (2 * width >= n) { // all eigenvectors then cost no more (measured)
      SymmetricEigen exact = algebra.eigen(c);
      return new Ritz(
          Arrays.copyOf(exact.values(), count), Matrices.leadingColumns(exact.vectors(), count));
    }
    DenseMatrix basis = algebra.qr(algebra.multiply(c, signs(n, width, seed))).q();
    for (int step = 0; step < powerSteps; step++) {
      basis = algebra.qr(algebra.multiply(c, basis)).q();
    }
    return ritz(c, basis, count);
  }

  /**
   * The best approximations within a given subspace (Rayleigh–Ritz).
   *
   * @param basis n×w, orthonormal columns
   * @param count how many to return, at most w
   */
  public Ritz ritz(DenseMatrix c, DenseMatrix basis, int count) {
    return ritzOfImage(basis, algebra.multiply(c, basis), count);
  }

  /** {@link #ritz} where the product of C with the basis is known already. */
  public Ritz ritzOfImage(DenseMatrix basis, DenseMatrix image, int count) {
    DenseMatrix projected = algebra.multiply(Transpose.YES, basis, Transpose.NO, image);
    SymmetricEigen eigen = algebra.eigen(projected);
    DenseMatrix vectors = algebra.multiply(basis, Matrices.leadingColumns(eigen.vectors(), count));
    return new Ritz(Arrays.copyOf(eigen.values(), count), vectors);
  }

  /** Independent signs, which project as well as Gaussian numbers and cost far less to draw. */
  private static DenseMatrix signs(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DenseMatrix a = Matrices.zeros(rows, columns);
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] = random.nextBoolean() ? 1 : -1;
    }
    return a;
  }
}
