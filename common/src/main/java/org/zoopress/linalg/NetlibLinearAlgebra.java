package org.zoopress.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.lapack.LAPACK;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.netlib.util.intW;

/**
 * Both implementations: the same calls into the BLAS and LAPACK interfaces that MLlib itself uses;
 * only what stands behind those interfaces differs.
 */
abstract class NetlibLinearAlgebra implements LinearAlgebra {
  /** Lower triangles throughout, so that a Cholesky factor reads as L·Lᵀ. */
  private static final String LOWER = "L";

  private final BLAS blas;
  private final LAPACK lapack;

  NetlibLinearAlgebra(BLAS blas, LAPACK lapack) {
    this.blas = blas;
    this.lapack = lapack;
  }

  @Override
  public void gemm(
      double alpha,
      Transpose opA,
      DenseMatrix a,
      Transpose opB,
      DenseMatrix b,
      double beta,
      DenseMatrix c) {
    int m = opA == Transpose.NO ? a.numRows() : a.numCols();
    int p = opA == Transpose.NO ? a.numCols() : a.numRows();
    int n = opB == Transpose.NO ? b.numCols() : b.numRows();
    int pB = opB == Transpose.NO ? b.numRows() : b.numCols();
    if (p != pB || c.numRows() != m || c.numCols() != n) {
      throw new IllegalArgumentException(
          "product of %d×%d and %d×%d does not fit into %d×%d"
              .formatted(m, p, pB, n, c.numRows(), c.numCols()));
    }
    if (c.isTransposed()) {
      throw new IllegalArgumentException("the result of a product must be column-major");
    }
    blas.dgemm(
        stored(opA, a).blasName(),
        stored(opB, b).blasName(),
        m,
        n,
        p,
        alpha,
        a.values(),
        leadingDimension(a),
        b.values(),
        leadingDimension(b),
        beta,
        c.values(),
        m);
  }

  @Override
  public void sgemm(
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
      int ldc) {
    blas.sgemm(opA.blasName(), opB.blasName(), m, n, p, alpha, a, lda, b, ldb, beta, c, ldc);
  }

  @Override
  public DenseMatrix gram(DenseMatrix a) {
    return rankUpdate(Transpose.YES, a, a.numCols(), a.numRows());
  }

  @Override
  public DenseMatrix outerGram(DenseMatrix a) {
    return rankUpdate(Transpose.NO, a, a.numRows(), a.numCols());
  }

  private DenseMatrix rankUpdate(Transpose op, DenseMatrix a, int n, int p) {
    DenseMatrix c = Matrices.zeros(n, n);
    blas.dsyrk(
        LOWER,
        stored(op, a).blasName(),
        n,
        p,
        1,
        a.values(),
        leadingDimension(a),
        0,
        c.values(),
        n);
    mirrorLower(c.values(), n);
    return c;
  }

  @Override
  public Cholesky cholesky(DenseMatrix a) {
    int n = requireSquare(a, "factor by Cholesky");
    double[] factor = Matrices.copyOfValues(a);
    requireFinite(factor);
    intW info = new intW(0);
    lapack.dpotrf(LOWER, n, factor, n, info);
    if (info.val > 0) {
      throw new NotPositiveDefiniteException(n, info.val);
    }
    requireSuccess("dpotrf", info);
    for (int j = 1; j < n; j++) {
      Arrays.fill(factor, j * n, j * n + j, 0);
    }
    return new Cholesky(new DenseMatrix(n, n, factor));
  }

  @Override
  public DenseMatrix solve(Cholesky a, DenseMatrix b) {
    int n = a.lower().numRows();
    if (b.numRows() != n) {
      throw new IllegalArgumentException(
          "right-hand sides of %d rows for a system of order %d".formatted(b.numRows(), n));
    }
    DenseMatrix x = Matrices.copy(b);
    intW info = new intW(0);
    lapack.dpotrs(LOWER, n, x.numCols(), a.lower().values(), n, x.values(), n, info);
    requireSuccess("dpotrs", info);
    return x;
  }

  @Override
  public SymmetricEigen eigen(DenseMatrix a) {
    int n = requireSquare(a, "decompose into eigenvectors");
    double[] vectors = Matrices.copyOfValues(a);
    double[] ascending = symmetricEigen("V", n, vectors);
    double[] reversed = new double[vectors.length];
    for (int j = 0; j < n; j++) {
      System.arraycopy(vectors, (n - 1 - j) * n, reversed, j * n, n);
    }
    return new SymmetricEigen(reverse(ascending), new DenseMatrix(n, n, reversed));
  }

  @Override
  public double[] eigenvalues(DenseMatrix a) {
    int n = requireSquare(a, "decompose into eigenvalues");
    return reverse(symmetricEigen("N", n, Matrices.copyOfValues(a)));
  }

  private double[] symmetricEigen(String job, int n, double[] matrix) {
    requireFinite(matrix);
    double[] values = new double[n];
    double[] work = new double[1];
    int[] integerWork = new int[1];
    intW info = new intW(0);
    lapack.dsyevd(job, LOWER, n, matrix, n, values, work, -1, integerWork, -1, info);
    requireSuccess("dsyevd", info);
    work = new double[(int) work[0]];
    integerWork = new int[integerWork[0]];
    lapack.dsyevd(
        job, LOWER, n, matrix, n, values, work, work.length, integerWork, integerWork.length, info);
    requireSuccess("dsyevd", info);
    return values;
  }

  @Override
  public Svd svd(DenseMatrix a) {
    if (a.numRows() < a.numCols()) {
      Svd transposed = svd(a.transpose());
      return new Svd(
          Matrices.transpose(transposed.vt()),
          transposed.singularValues(),
          Matrices.transpose(transposed.u()));
    }
    if (a.numRows() == a.numCols()) {
      return squareSvd(Matrices.copy(a));
    }
    // QR first: gesdd then works on n×n, which is faster for tall matrices, and the interface's
    // length check of U, which asks for m×m even where LAPACK writes m×n, asks for nothing more.
    Qr qr = qr(a);
    Svd inner = squareSvd(qr.r());
    return new Svd(multiply(qr.q(), inner.u()), inner.singularValues(), inner.vt());
  }

  /** SVD of an n×n matrix, which is overwritten. */
  private Svd squareSvd(DenseMatrix a) {
    int n = a.numRows();
    requireFinite(a.values());
    double[] u = new double[n * n];
    double[] vt = new double[n * n];
    double[] singularValues = new double[n];
    int[] integerWork = new int[8 * n];
    double[] work = new double[1];
    intW info = new intW(0);
    lapack.dgesdd(
        "S", n, n, a.values(), n, singularValues, u, n, vt, n, work, -1, integerWork, info);
    requireSuccess("dgesdd", info);
    work = new double[(int) work[0]];
    lapack.dgesdd(
        "S",
        n,
        n,
        a.values(),
        n,
        singularValues,
        u,
        n,
        vt,
        n,
        work,
        work.length,
        integerWork,
        info);
    requireSuccess("dgesdd", info);
    return new Svd(new DenseMatrix(n, n, u), singularValues, new DenseMatrix(n, n, vt));
  }

  @Override
  public Qr qr(DenseMatrix a) {
    int m = a.numRows();
    int n = a.numCols();
    int p = Math.min(m, n);
    double[] packed = Matrices.copyOfValues(a);
    requireFinite(packed);
    double[] reflectors = new double[p];
    double[] work = new double[1];
    intW info = new intW(0);
    lapack.dgeqrf(m, n, packed, m, reflectors, work, -1, info);
    requireSuccess("dgeqrf", info);
    work = new double[(int) work[0]];
    lapack.dgeqrf(m, n, packed, m, reflectors, work, work.length, info);
    requireSuccess("dgeqrf", info);

    DenseMatrix r = Matrices.zeros(p, n);
    for (int j = 0; j < n; j++) {
      System.arraycopy(packed, j * m, r.values(), j * p, Math.min(j + 1, p));
    }
    double[] q = Arrays.copyOf(packed, m * p);
    work = new double[1];
    lapack.dorgqr(m, p, p, q, m, reflectors, work, -1, info);
    requireSuccess("dorgqr", info);
    work = new double[(int) work[0]];
    lapack.dorgqr(m, p, p, q, m, reflectors, work, work.length, info);
    requireSuccess("dorgqr", info);
    return new Qr(new DenseMatrix(m, p, q), r);
  }

  /** A row-major matrix is, as stored, the transpose of a column-major one. */
  private static Transpose stored(Transpose op, DenseMatrix a) {
    return a.isTransposed() ? op.flipped() : op;
  }

  private static int leadingDimension(DenseMatrix a) {
    return a.isTransposed() ? a.numCols() : a.numRows();
  }

  private static void mirrorLower(double[] values, int n) {
    for (int j = 0; j < n; j++) {
      for (int i = j + 1; i < n; i++) {
        values[i * n + j] = values[j * n + i];
      }
    }
  }

  private static double[] reverse(double[] values) {
    double[] reversed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }

  private static int requireSquare(DenseMatrix a, String verb) {
    if (a.numRows() != a.numCols()) {
      throw new IllegalArgumentException(
          "cannot %s: %d×%d is not square".formatted(verb, a.numRows(), a.numCols()));
    }
    return a.numRows();
  }

  private static void requireFinite(double[] values) {
    for (double v : values) {
      if (!Double.isFinite(v)) {
        throw new IllegalArgumentException("cannot decompose a matrix that holds " + v);
      }
    }
  }

  private static void requireSuccess(String routine, intW info) {
    if (info.val != 0) {
      throw new ArithmeticException("LAPACK %s ended with info %d".formatted(routine, info.val));
    }
  }
}
