package org.zoopress.job;

import org.zoopress.error.UserInputException;

/** A target that the candidates at hand cannot meet; the message says what they can. */
final class UnreachableTargetException extends UserInputException {
  private static final long serialVersionUID = 1L;

  UnreachableTargetException(String message, Throwable cause) {
    super(message, cause);
  }
}
