package org.zoopress.zoo;

/** A structure that a compact form cannot give back byte for byte; a plainer form is taken then. */
final class NotExpressibleException extends Exception {
  private static final long serialVersionUID = 1L;

  NotExpressibleException(String reason) {
    super(reason);
  }
}
