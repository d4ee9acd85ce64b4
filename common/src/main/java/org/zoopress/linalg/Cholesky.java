package org.zoopress.linalg;

import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * A = L·Lᵀ of a symmetric positive definite matrix.
 *
 * @param lower L, n×n, lower triangular with positive diagonal; zeros above it
 */
public record Cholesky(DenseMatrix lower) {}
