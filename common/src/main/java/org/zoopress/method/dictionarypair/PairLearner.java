package org.zoopress.method.dictionarypair;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.Cholesky;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;

/**
 * The alternating iteration over A, P and D of one block, without X: see "Columns do not count" in
 * the package description. A is held as the m×k matrix N of A = NᵀX.
 */
final class PairLearner {
  private final LinearAlgebra algebra;
  private final LearningParams params;

  PairLearner(LinearAlgebra algebra, LearningParams params) {
    this.algebra = algebra;
    this.params = params;
  }

  /**
   * State after an outer iteration.
   *
   * @param dictionary D, m×k
   * @param analysis Pᵀ, m×k
   * @param codeMap N of A = NᵀX, m×k
   * @param squaredError ‖X − DA‖²
   */
  record Pair(
      DenseMatrix dictionary, DenseMatrix analysis, DenseMatrix codeMap, double squaredError) {}

  /**
   * Learns until the tolerance or the largest number of iterations.
   *
   * @param gram XXᵀ, m×m
   * @param start orthonormal m×k matrix; the iteration starts from D = N = start
   */
  Pair learn(DenseMatrix gram, DenseMatrix start) {
    DenseMatrix ridged = Matrices.copy(gram);
    scale(ridged, params.tau());
    Matrices.addToDiagonal(ridged, params.gamma());
    Cholesky analysisSystem = algebra.cholesky(ridged);
    UnitBallDictionary dictionaries = new UnitBallDictionary(algebra, params.rhoGrowth());

    DenseMatrix dictionary = start;
    DenseMatrix codeMap = start;
    DenseMatrix cross = algebra.multiply(gram, codeMap);
    DenseMatrix codeGram = algebra.multiply(Transpose.YES, codeMap, Transpose.NO, cross);
    double error = squaredError(gram, dictionary, cross, codeGram);
    DenseMatrix analysis = start;
    for (int outer = 0; outer < params.maxOuter(); outer++) {
      analysis = algebra.solve(analysisSystem, cross);
      scale(analysis, params.tau());
      dictionary = dictionaries.fit(cross, codeGram, dictionary);
      codeMap = codeMap(dictionary, analysis);
      cross = algebra.multiply(gram, codeMap);
      codeGram = algebra.multiply(Transpose.YES, codeMap, Transpose.NO, cross);
      double before = error;
      error = squaredError(gram, dictionary, cross, codeGram);
      if (Math.abs(before - error) <= params.tolerance() * before) {
        break;
      }
    }
    return new Pair(dictionary, analysis, codeMap, error);
  }

  /** N = (D + τPᵀ)(DᵀD + τI)⁻¹, which is A = (DᵀD + τI)⁻¹(DᵀX + τPX) without its X. */
  private DenseMatrix codeMap(DenseMatrix dictionary, DenseMatrix analysis) {
    DenseMatrix system = algebra.gram(dictionary);
    Matrices.addToDiagonal(system, params.tau());
    DenseMatrix right = Matrices.copy(dictionary);
    for (int i = 0; i < right.values().length; i++) {
      right.values()[i] += params.tau() * analysis.values()[i];
    }
    return Matrices.transpose(algebra.solve(algebra.cholesky(system), right.transpose()));
  }

  /** ‖X − DA‖² = tr XXᵀ − 2⟨D, XAᵀ⟩ + ⟨DᵀD, AAᵀ⟩; cancellation can leave a tiny negative. */
  private double squaredError(
      DenseMatrix gram, DenseMatrix dictionary, DenseMatrix cross, DenseMatrix codeGram) {
    return Math.max(
        0,
        trace(gram)
            - 2 * Matrices.inner(dictionary, cross)
            + Matrices.inner(algebra.gram(dictionary), codeGram));
  }

  static double trace(DenseMatrix a) {
    double sum = 0;
    for (int i = 0; i < a.numRows(); i++) {
      sum += a.values()[i * (a.numRows() + 1)];
    }
    return sum;
  }

  private static void scale(DenseMatrix a, double factor) {
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] *= factor;
    }
  }
}
