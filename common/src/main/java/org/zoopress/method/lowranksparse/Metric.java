package org.zoopress.method.lowranksparse;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;

/** ‖E·H^½‖² of errors E, m×n, with H the second moment of the layer's inputs or I. */
final class Metric {
  private final LinearAlgebra algebra;
  private final DenseMatrix h;

  private Metric(LinearAlgebra algebra, DenseMatrix h) {
    this.algebra = algebra;
    this.h = h;
  }

  /** H = I. */
  static Metric plain(LinearAlgebra algebra) {
    return new Metric(algebra, null);
  }

  /**
   * @param h n×n, symmetric
   */
  static Metric of(LinearAlgebra algebra, DenseMatrix h) {
    return new Metric(algebra, h);
  }

  /** E·H; E itself if H = I. */
  DenseMatrix times(DenseMatrix e) {
    return h == null ? e : algebra.multiply(e, h);
  }

  /** A·(E·H)ᵀ for E with few rows. */
  DenseMatrix inner(DenseMatrix a, DenseMatrix e) {
    return algebra.multiply(Transpose.NO, a, Transpose.YES, times(e));
  }

  /** D·H·Dᵀ. */
  DenseMatrix gram(DenseMatrix d) {
    return h == null ? algebra.outerGram(d) : inner(d, d);
  }

  /**
   * Rounds the values of S to multiples of a step. With H = I they stay as they are, since each is
   * best rounded to the nearest by itself. With H the entries of a row depend on each other: sweeps
   * over them set each to the level that is best given all others, so that one takes back what
   * rounding another did to the outputs; the error falls with every change.
   *
   * @param t T, what S stands for; column-major
   */
  SparseEntries rounded(DenseMatrix t, SparseEntries s, float step) {
    return h == null ? s : new LevelSearch(h, t, s, step).run();
  }

  /** ‖E·H^½‖² of a column-major E. */
  double squaredNorm(DenseMatrix e) {
    return h == null ? Matrices.squaredNorm(e) : Math.max(0, Matrices.inner(e, times(e)));
  }
}
