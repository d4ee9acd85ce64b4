package org.zoopress.method.lowranksparse;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Svd;

/** The textbook: full singular value decompositions and full sorts in alternation. */
final class ReferenceDecomposition {
  private ReferenceDecomposition() {}

  /** ‖W − L − S‖² after so many alternations. */
  static double squaredError(LinearAlgebra algebra, DenseMatrix w, Budget budget, int turns) {
    DenseMatrix s = Matrices.zeros(w.numRows(), w.numCols());
    double error = 0;
    for (int turn = 0; turn < turns; turn++) {
      DenseMatrix t = minus(w, truncated(algebra, minus(w, s), budget.rank()));
      s = Matrices.zeros(w.numRows(), w.numCols());
      for (int i : largest(t.values(), budget.cardinality())) {
        s.values()[i] = t.values()[i];
      }
      error = Matrices.squaredDistance(t, s);
    }
    return error;
  }

  static int[] largest(double[] values, int count) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(values[i])))
        .limit(count)
        .mapToInt(i -> i)
        .sorted()
        .toArray();
  }

  static DenseMatrix truncated(LinearAlgebra algebra, DenseMatrix a, int rank) {
    Svd svd = algebra.svd(a);
    DenseMatrix u = Matrices.leadingColumns(svd.u(), rank);
    for (int i = 0; i < u.values().length; i++) {
      u.values()[i] *= svd.singularValues()[i / u.numRows()];
    }
    DenseMatrix v = Matrices.leadingColumns(Matrices.transpose(svd.vt()), rank);
    return algebra.multiply(u, v.transpose());
  }

  static DenseMatrix minus(DenseMatrix a, DenseMatrix b) {
    double[] difference = Arrays.copyOf(a.values(), a.values().length);
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= b.values()[i];
    }
    return new DenseMatrix(a.numRows(), a.numCols(), difference);
  }
}
