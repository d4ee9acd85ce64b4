package org.zoopress.linalg;

import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Thin A = U·diag(σ)·Vᵀ of an m×n matrix, with p = min(m, n).
 *
 * @param u m×p, orthonormal columns, also where A is rank-deficient
 * @param singularValues p values, non-negative, descending
 * @param vt Vᵀ, p×n, orthonormal rows
 */
public record Svd(DenseMatrix u, double[] singularValues, DenseMatrix vt) {}
