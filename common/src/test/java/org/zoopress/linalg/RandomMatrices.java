package org.zoopress.linalg;

import java.util.Random;
import org.apache.spark.ml.linalg.DenseMatrix;

/** Seeded matrices and slow textbook products for tests. */
public final class RandomMatrices {
  private RandomMatrices() {}

  /** Independent standard normal entries. */
  public static DenseMatrix gaussian(int rows, int columns, long seed) {
    Random random = new Random(seed);
    DenseMatrix a = Matrices.zeros(rows, columns);
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] = random.nextGaussian();
    }
    return a;
  }

  /** Product of Gaussian factors: rank min(rank, rows, columns). */
  public static DenseMatrix ofRank(int rows, int columns, int rank, long seed) {
    return product(gaussian(rows, rank, seed), gaussian(rank, columns, seed + 1));
  }

  /** A·B by three loops over {@code apply}. */
  public static DenseMatrix product(DenseMatrix a, DenseMatrix b) {
    DenseMatrix c = Matrices.zeros(a.numRows(), b.numCols());
    for (int i = 0; i < a.numRows(); i++) {
      for (int j = 0; j < b.numCols(); j++) {
        double sum = 0;
        for (int p = 0; p < a.numCols(); p++) {
          sum += a.apply(i, p) * b.apply(p, j);
        }
        c.values()[i + j * a.numRows()] = sum;
      }
    }
    return c;
  }

  /** The same matrix, stored row-major. */
  static DenseMatrix rowMajor(DenseMatrix a) {
    return Matrices.transpose(a).transpose();
  }
}
