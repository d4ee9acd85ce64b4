package org.zoopress.cli;

import java.io.PrintStream;

/**
 * Where output goes.
 *
 * @param out results: tables, or one line of JSON
 * @param err progress, warnings, errors
 * @param hasBar whether progress is a bar that is redrawn, else lines
 */
record Console(PrintStream out, PrintStream err, boolean hasBar) {

  /** A new progress on {@link #err}. */
  ConsoleProgress progress() {
    return new ConsoleProgress(err, hasBar, System::nanoTime);
  }
}
