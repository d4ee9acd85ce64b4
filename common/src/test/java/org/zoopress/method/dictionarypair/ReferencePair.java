package org.zoopress.method.dictionarypair;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.RandomMatrices;

/**
 * Dictionary pair learning as the formulas stand in the package description: three-loop products,
 * inverses by Gauss–Jordan, X and A in full.
 */
final class ReferencePair {
  private final DenseMatrix x;
  private final LearningParams params;
  private DenseMatrix dictionary;
  private DenseMatrix analysis;
  private DenseMatrix codes;

  ReferencePair(DenseMatrix x, DenseMatrix start, LearningParams params) {
    this.x = x;
    this.params = params;
    this.dictionary = start;
    this.codes = times(start.transpose(), x);
  }

  DenseMatrix dictionary() {
    return dictionary;
  }

  DenseMatrix analysis() {
    return analysis;
  }

  DenseMatrix codes() {
    return codes;
  }

  double squaredError() {
    return Matrices.squaredDistance(x, times(dictionary, codes));
  }

  void iterate() {
    double tau = params.tau();
    // P = τAXᵀ(τXXᵀ + γI)⁻¹
    DenseMatrix g = inverse(plusDiagonal(scaled(times(x, x.transpose()), tau), params.gamma()));
    analysis = scaled(times(times(codes, x.transpose()), g), tau);
    dictionary = unitBallDictionary();
    // A = (DᵀD + τI)⁻¹(DᵀX + τPX)
    DenseMatrix system = plusDiagonal(times(dictionary.transpose(), dictionary), tau);
    DenseMatrix right = sum(times(dictionary.transpose(), x), scaled(times(analysis, x), tau));
    codes = times(inverse(system), right);
  }

  private DenseMatrix unitBallDictionary() {
    DenseMatrix z = dictionary;
    DenseMatrix t = Matrices.zeros(z.numRows(), z.numCols());
    DenseMatrix d = dictionary;
    DenseMatrix cross = times(x, codes.transpose());
    double rho = 1;
    for (int step = 0; step < 100; step++) {
      DenseMatrix right = sum(scaled(sum(z, scaled(t, -1)), rho), cross);
      DenseMatrix next = times(right, inverse(plusDiagonal(times(codes, codes.transpose()), rho)));
      z = projected(sum(next, t));
      t = sum(t, sum(next, scaled(z, -1)));
      double change = Matrices.squaredDistance(next, d) / next.values().length;
      d = next;
      rho *= params.rhoGrowth();
      if (change <= 1e-8) {
        break;
      }
    }
    return z;
  }

  private static DenseMatrix projected(DenseMatrix a) {
    DenseMatrix p = Matrices.copy(a);
    for (int j = 0; j < a.numCols(); j++) {
      double norm = 0;
      for (int i = 0; i < a.numRows(); i++) {
        norm += a.apply(i, j) * a.apply(i, j);
      }
      for (int i = 0; i < a.numRows(); i++) {
        p.values()[i + j * a.numRows()] /= Math.max(1, Math.sqrt(norm));
      }
    }
    return p;
  }

  private static DenseMatrix inverse(DenseMatrix a) {
    int n = a.numRows();
    double[][] work = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        work[i][j] = a.apply(i, j);
      }
      work[i][n + i] = 1;
    }
    for (int p = 0; p < n; p++) { // without pivoting: all systems here are positive definite
      double pivot = work[p][p];
      for (int j = 0; j < 2 * n; j++) {
        work[p][j] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = work[i][p];
        for (int j = 0; i != p && j < 2 * n; j++) {
          work[i][j] -= factor * work[p][j];
        }
      }
    }
    DenseMatrix inverse = Matrices.zeros(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        inverse.values()[i + j * n] = work[i][n + j];
      }
    }
    return inverse;
  }

  private static DenseMatrix times(DenseMatrix a, DenseMatrix b) {
    return RandomMatrices.product(a, b);
  }

  private static DenseMatrix scaled(DenseMatrix a, double factor) {
    DenseMatrix s = Matrices.copy(a);
    for (int i = 0; i < s.values().length; i++) {
      s.values()[i] *= factor;
    }
    return s;
  }

  private static DenseMatrix sum(DenseMatrix a, DenseMatrix b) {
    DenseMatrix s = Matrices.copy(a);
    for (int i = 0; i < s.values().length; i++) {
      s.values()[i] += b.values()[i];
    }
    return s;
  }

  private static DenseMatrix plusDiagonal(DenseMatrix a, double value) {
    DenseMatrix s = Matrices.copy(a);
    Matrices.addToDiagonal(s, value);
    return s;
  }
}
