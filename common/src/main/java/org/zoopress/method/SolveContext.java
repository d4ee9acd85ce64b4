package org.zoopress.method;

import java.util.Optional;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * What is known of a weight partition besides its values.
 *
 * @param inputGram H = Σ x·xᵀ/N over columns x that the layer sees, n×n, symmetric, with n the
 *     elements of a row of the partition and in the same order; empty where nothing is known of the
 *     inputs. Blocks of rows of one tensor have the same H: their outputs differ, their inputs do
 *     not
 */
public record SolveContext(Optional<DenseMatrix> inputGram) {
  /** Nothing is known. */
  public static final SolveContext NONE = new SolveContext(Optional.empty());

  /** Known inputs. */
  public static SolveContext ofInputs(DenseMatrix gram) {
    return new SolveContext(Optional.of(gram));
  }
}
