package org.zoopress.method.lowranksparse;

/**
 * Exact bounds of a decomposition.
 *
 * @param rank r, the largest rank of L; at least 0
 * @param cardinality c, the largest number of entries of S; at least 0
 */
public record Budget(int rank, int cardinality) {
  /** Checks the ranges. */
  public Budget {
    if (rank < 0 || cardinality < 0) {
      throw new IllegalArgumentException("rank %d, %d entries".formatted(rank, cardinality));
    }
  }
}
