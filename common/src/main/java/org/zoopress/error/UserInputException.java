package org.zoopress.error;

/**
 * Something that the user can repair: a bad file, a bad setting, a missing folder. Shown as one
 * message without a stack trace. Shape of a message: {@code Cannot <verb> <object>: <reason with
 * values>. <Remedy>.}
 */
public class UserInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with its whole message. */
  public UserInputException(String message) {
    super(message);
  }

  /** Creates the error with its whole message and the technical cause, which only the log shows. */
  public UserInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
