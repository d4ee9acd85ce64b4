package org.zoopress.linalg;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.error.UserInputException;

/**
 * Chooses the implementation of a JVM at the first call, once and thread-safely. Not in a static
 * initialiser: a refused setting would reach the user once as itself, then as a missing class.
 */
final class LinearAlgebraHolder {
  private static volatile LinearAlgebra chosen;

  private LinearAlgebraHolder() {}

  static LinearAlgebra get() {
    LinearAlgebra known = chosen;
    return known != null ? known : chooseOnce();
  }

  private static synchronized LinearAlgebra chooseOnce() {
    if (chosen == null) {
      chosen = choose(System.getProperty(LinearAlgebra.PROPERTY));
    }
    return chosen;
  }

  /**
   * @param setting value of the property, or null where it is not set
   */
  static LinearAlgebra choose(String setting) {
    if (setting == null) {
      return nativeOrJava();
    }
    return switch (setting) {
      case "java" -> new JavaLinearAlgebra();
      case "native" -> forcedNative();
      default ->
          throw new UserInputException(
              "Cannot use %s=%s: there is no such implementation. Choose java or native."
                  .formatted(LinearAlgebra.PROPERTY, setting));
    };
  }

  private static LinearAlgebra nativeOrJava() {
    try {
      return new NativeLinearAlgebra();
    } catch (LinkageError | RuntimeException e) {
      Logger log = LoggerFactory.getLogger(LinearAlgebra.class);
      log.warn("Linear algebra runs in pure Java, several times slower: {}", reason(e));
      log.debug("Native linear algebra did not load", e);
      return new JavaLinearAlgebra();
    }
  }

  private static LinearAlgebra forcedNative() {
    try {
      return new NativeLinearAlgebra();
    } catch (LinkageError | RuntimeException e) {
      throw new UserInputException(
          "Cannot use %s=native: %s. Leave the setting out to compute in pure Java."
              .formatted(LinearAlgebra.PROPERTY, reason(e)),
          e);
    }
  }

  /** The innermost cause: class initialisation wraps what went wrong. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }
}
