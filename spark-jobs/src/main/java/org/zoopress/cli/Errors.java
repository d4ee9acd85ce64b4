package org.zoopress.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
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

  /** Spark wraps what executors throw, so the causes are searched too. */
  private static Optional<UserInputException> userInput(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
      if (t instanceof UserInputException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
