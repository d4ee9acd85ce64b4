package org.zoopress.job;

import java.io.FileNotFoundException;
import org.zoopress.error.UserInputException;

/** Words for what went wrong with one model or tensor. */
final class Failures {
  private Failures() {}

  /**
   * The message of the user's error among the causes, else class and message of the error itself.
   */
  static String message(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserInputException) {
        return cause.getMessage();
      }
      if (cause instanceof FileNotFoundException) {
        return "the file is gone: " + cause.getMessage();
      }
    }
    return error.getClass().getSimpleName() + ": " + error.getMessage();
  }
}
