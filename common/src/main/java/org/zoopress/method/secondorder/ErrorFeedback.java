package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;

/**
 * What errors of columns before add to those to come: Σ_i E_i · M_ij, see {@link InputFactor}.
 * Errors and sums are column after column, that of output o of column j number j·outputs + o.
 */
final class ErrorFeedback {
  private final InputFactor[] factors;
  private final int outputs;

  /**
   * @param factors one a group of outputs
   */
  ErrorFeedback(InputFactor[] factors, int outputs) {
    this.factors = factors;
    this.outputs = outputs;
  }

  /** Σ over i < known for the columns from start to end − 1. */
  double[] sums(double[] errors, int known, int start, int end) {
    double[] sums = new double[(end - start) * outputs];
    if (known == 0) {
      return sums;
    }
    if (factors.length == 1) {
      DenseMatrix before = new DenseMatrix(outputs, known, Arrays.copyOf(errors, known * outputs));
      return LinearAlgebra.get().multiply(before, factors[0].block(known, start, end)).values();
    }
    for (int j = start; j < end; j++) {
      add(sums, (j - start) * outputs, errors, 0, known, j);
    }
    return sums;
  }

  /** Adds Σ over first ≤ i < last for one column to the sums that start at {@code place}. */
  void add(double[] sums, int place, double[] errors, int first, int last, int column) {
    int groupOutputs = outputs / factors.length;
    for (int i = first; i < last; i++) {
      int from = i * outputs;
      for (int g = 0; g < factors.length; g++) {
        double factor = factors[g].at(i, column);
        for (int o = g * groupOutputs; o < (g + 1) * groupOutputs; o++) {
          sums[place + o] += factor * errors[from + o];
        }
      }
    }
  }
}
