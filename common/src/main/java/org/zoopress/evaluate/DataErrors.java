package org.zoopress.evaluate;

import org.zoopress.error.UserInputException;

/** Wording of what is wrong with a data set. */
final class DataErrors {
  private DataErrors() {}

  /**
   * @param file as the user knows it
   * @param problem what was found, with values
   * @param remedy what to do, a sentence without its full stop
   */
  static UserInputException cannotRead(String file, String problem, String remedy) {
    return new UserInputException("Cannot read %s: %s. %s.".formatted(file, problem, remedy));
  }

  static UserInputException cannotRead(
      String file, String problem, String remedy, Throwable cause) {
    return new UserInputException(
        "Cannot read %s: %s. %s.".formatted(file, problem, remedy), cause);
  }
}
