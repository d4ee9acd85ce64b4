package org.zoopress.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.zoopress.error.UserInputException;

/** Tells the user what went wrong, once, and finds the exit code. */
final class Errors {
  private final Console console;

  Errors(Console console) {
    this.console = console;
  }

  /** An error of usage. */
  int report(String message, String[] args) {
    return report(message, ExitCode.USER_ERROR, args);
  }

  /** Whatever a command threw. */
  int report(Throwable thrown, String[] args) {
    if (thrown instanceof StoppedException) {
      return report(thrown.getMessage(), ExitCode.STOPPED, args);
    }
    Optional<UserInputException> userInput = userInput(thrown);
    if (userInput.isPresent()) {
      return report(userInput.get().getMessage(), ExitCode.USER_ERROR, args);
    }
    Optional<String> outside = outside(thrown);
    if (outside.isPresent()) {
      return report(
          "Cannot go on: %s. Check the path, its permissions, the disk's space and the network."
              .formatted(outside.get()),
          ExitCode.USER_ERROR,
          args);
    }
    thrown.printStackTrace(console.err());
    return report(
        "This is a bug in Zoopress: %s. Please report it with the lines above.".formatted(thrown),
        ExitCode.BUG,
        args);
  }

  private int report(String message, int exitCode, String[] args) {
    console.err().println("zoopress: " + message);
    if (Arrays.asList(args).contains("--json")) {
      console
          .out()
          .println(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("error", message)
                  .put("exit_code", exitCode));
    }
    return exitCode;
  }

  /** What the world around refused: rights, space, network; empty if it was something else. */
  private static Optional<String> outside(Throwable thrown) {
    return causes(thrown)
        .filter(
            t ->
                t instanceof AccessControlException
                    || t instanceof AccessDeniedException
                    || t instanceof ConnectException
                    || t instanceof UnknownHostException
                    || t instanceof UnsupportedFileSystemException
                    || (t instanceof IOException && noSpaceOrRights(t.getMessage())))
        .findFirst()
        .map(t -> t.getMessage() == null ? t.toString() : t.getMessage());
  }

  private static boolean noSpaceOrRights(String message) {
    return message != null
        && (message.contains("No space left on device")
            || message.contains("Permission denied")
            || message.contains("Mkdirs failed to create"));
  }

  /** Spark wraps what executors throw, so the causes are searched too. */
  private static Optional<UserInputException> userInput(Throwable thrown) {
    return causes(thrown)
        .filter(UserInputException.class::isInstance)
        .map(UserInputException.class::cast)
        .findFirst();
  }

  /** The error and its causes; ends where they go in a circle. */
  private static Stream<Throwable> causes(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return Stream.iterate(thrown, t -> t != null && seen.add(t), Throwable::getCause);
  }
}
