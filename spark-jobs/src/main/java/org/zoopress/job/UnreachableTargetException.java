package org.zoopress.job;

import org.zoopress.error.UserInputException;

/** A target that the candidates at hand cannot meet; the message says what they can. */
final class UnreachableTargetException extends UserInputException {
  private static final long serialVersionUID = 1L;

  private final String scope;

  /**
   * @param scope the model whose target it is; empty if it is that of the run
   */
  UnreachableTargetException(String scope, String message, Throwable cause) {
    super(message, cause);
    this.scope = scope;
  }

  /** The model whose target cannot be met; empty if it is that of the run. */
  String scope() {
    return scope;
  }
}
