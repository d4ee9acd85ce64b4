package org.zoopress.error;

/**
 * A model file that is broken, hostile or not supported; the model is left out and becomes a row
 * with this reason.
 */
public final class BadModelException extends UserInputException {
  private static final long serialVersionUID = 1L;

  /**
   * @param path the file, as the user knows it
   * @param problem what was found, with values
   * @param remedy what the user can do, a sentence without its full stop
   */
  public BadModelException(String path, String problem, String remedy) {
    super("Cannot read %s: %s. %s.".formatted(path, problem, remedy));
  }

  /** The same for one tensor of the file. */
  public BadModelException(String path, String tensor, String problem, String remedy) {
    super("Cannot read tensor '%s' of %s: %s. %s.".formatted(tensor, path, problem, remedy));
  }
}
