package org.zoopress.linalg;

import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Thin A = Q·R of an m×n matrix, with p = min(m, n).
 *
 * @param q m×p, orthonormal columns, also where A is rank-deficient
 * @param r p×n, upper triangular; the signs of its diagonal are not promised
 */
public record Qr(DenseMatrix q, DenseMatrix r) {}
