package org.zoopress.linalg;

import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * A = V·diag(λ)·Vᵀ of a symmetric matrix.
 *
 * @param values λ, n values, descending (LAPACK's order reversed: leading components come first)
 * @param vectors V, n×n, orthonormal; column i belongs to {@code values[i]}
 */
public record SymmetricEigen(double[] values, DenseMatrix vectors) {}
