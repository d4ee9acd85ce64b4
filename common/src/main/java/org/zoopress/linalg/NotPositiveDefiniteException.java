package org.zoopress.linalg;

/** A matrix that was to be factored by Cholesky is not positive definite to working precision. */
public final class NotPositiveDefiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /**
   * @param n order of the matrix
   * @param pivot leading minor that failed, counted from 1
   */
  public NotPositiveDefiniteException(int n, int pivot) {
    super(
        "Cannot factor a %d×%d matrix by Cholesky: its leading minor of order %d is not positive. Add a ridge to its diagonal."
            .formatted(n, n, pivot));
  }
}
