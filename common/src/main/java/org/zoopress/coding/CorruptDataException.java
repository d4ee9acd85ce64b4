package org.zoopress.coding;

/**
 * Stored bytes that cannot have been written by this software: damaged, cut short or made to harm.
 */
public final class CorruptDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with what was found. */
  public CorruptDataException(String message) {
    super(message);
  }
}
