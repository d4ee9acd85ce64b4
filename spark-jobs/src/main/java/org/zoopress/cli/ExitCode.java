package org.zoopress.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process ends with; part of the interface to scripts and schedulers. */
final class ExitCode {
  static final int OK = 0;
  static final int BUG = 1;
  static final int USER_ERROR = 2;
  static final int SOME_MODELS_FAILED = 3;

  /** EX_TEMPFAIL of sysexits: a scheduler may run the same command again. */
  static final int STOPPED = 75;

  private ExitCode() {}

  /** Lines for the help of every verb. */
  static Map<String, String> help() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(" " + OK, "all went well");
    lines.put(" " + BUG, "a bug in Zoopress; the stack trace is shown");
    lines.put(
        " " + USER_ERROR, "wrong usage, setting, file or folder; the message says what to do");
    lines.put(" " + SOME_MODELS_FAILED, "done, but some models or tensors failed");
    lines.put(String.valueOf(STOPPED), "stopped safely by a signal; run the same command again");
    return lines;
  }
}
