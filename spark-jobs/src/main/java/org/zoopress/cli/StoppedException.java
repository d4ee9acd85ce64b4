package org.zoopress.cli;

/** The job ended because of a signal, not by itself. */
final class StoppedException extends Exception {
  private static final long serialVersionUID = 1L;

  StoppedException(Throwable cause) {
    super(
        "Stopped safely: nothing half-written is visible. Run the same command again to go on.",
        cause);
  }
}
