package org.zoopress.error;

/** Checks of arguments that a caller, not Zoopress itself, is responsible for. */
public final class Check {
  private Check() {}

  /** Throws {@link UserInputException} with the formatted message unless the condition holds. */
  public static void argument(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new UserInputException(format.formatted(values));
    }
  }
}
