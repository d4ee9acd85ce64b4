package org.zoopress.linalg;

import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Products and decompositions of dense matrices.
 *
 * <p>Matrices hold at least one element; a returned matrix is new and column-major. Arguments are
 * never written to, but for the result of {@link #gemm} and {@link #sgemm}. Decompositions refuse
 * non-finite values with an {@link IllegalArgumentException}, because LAPACK may loop on them.
 *
 * <p>Single-threaded and stateless: one instance serves all threads, and equal arguments give equal
 * bits at every call on one type of processor.
 */
public interface LinearAlgebra {
  /** Setting that forces one implementation: {@code java} or {@code native}. */
  String PROPERTY = "zoopress.linalg";

  /**
   * The implementation of this JVM, chosen at the first call: native, or pure Java where the native
   * library does not load (logged once). The system property {@value #PROPERTY} forces either.
   *
   * @throws org.zoopress.error.UserInputException if the property has another value, or forces a
   *     native library that does not load
   */
  static LinearAlgebra get() {
    return LinearAlgebraHolder.get();
  }

  /** What computes, for logs and the row of a run: {@code openblas} or {@code java}. */
  String name();

  /**
   * C ← α·op(A)·op(B) + β·C.
   *
   * @param a op(A) is m×p
   * @param b op(B) is p×n
   * @param c m×n, column-major, overwritten; not read if β is 0
   * @throws IllegalArgumentException if the sizes do not fit
   */
  void gemm(
      double alpha,
      Transpose opA,
      DenseMatrix a,
      Transpose opB,
      DenseMatrix b,
      double beta,
      DenseMatrix c);

  /**
   * The same in float32 on column-major arrays: C ← α·op(A)·op(B) + β·C with op(A) m×p, op(B) p×n.
   *
   * @param lda distance between columns of A as stored, likewise ldb and ldc
   */
  void sgemm(
      Transpose opA,
      Transpose opB,
      int m,
      int n,
      int p,
      float alpha,
      float[] a,
      int lda,
      float[] b,
      int ldb,
      float beta,
      float[] c,
      int ldc);

  /** A·B. */
  default DenseMatrix multiply(DenseMatrix a, DenseMatrix b) {
    return multiply(Transpose.NO, a, Transpose.NO, b);
  }

  /** op(A)·op(B). */
  default DenseMatrix multiply(Transpose opA, DenseMatrix a, Transpose opB, DenseMatrix b) {
    int m = opA == Transpose.NO ? a.numRows() : a.numCols();
    int n = opB == Transpose.NO ? b.numCols() : b.numRows();
    DenseMatrix c = Matrices.zeros(m, n);
    gemm(1, opA, a, opB, b, 0, c);
    return c;
  }

  /** AᵀA, n×n of an m×n matrix; exactly symmetric. */
  DenseMatrix gram(DenseMatrix a);

  /** AAᵀ, m×m of an m×n matrix; exactly symmetric. */
  DenseMatrix outerGram(DenseMatrix a);

  /**
   * Factors a symmetric positive definite matrix; only its lower triangle is read.
   *
   * @throws NotPositiveDefiniteException if it is not positive definite to working precision
   */
  Cholesky cholesky(DenseMatrix a);

  /**
   * X of A·X = B.
   *
   * @param b n×c, one right-hand side a column
   */
  DenseMatrix solve(Cholesky a, DenseMatrix b);

  /** Eigenvalues and eigenvectors of a symmetric matrix; only its lower triangle is read. */
  SymmetricEigen eigen(DenseMatrix a);

  /** Eigenvalues alone, descending; several times cheaper than {@link #eigen}. */
  double[] eigenvalues(DenseMatrix a);

  /** Thin singular value decomposition. */
  Svd svd(DenseMatrix a);

  /** Thin QR decomposition. */
  Qr qr(DenseMatrix a);
}
