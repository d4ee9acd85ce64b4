package org.zoopress.job;

import org.zoopress.io.SolvedUnit;

/** The candidate that is stored for a unit, and why. */
record Choice(SolvedUnit.Solution solution, String why) {

  /**
   * Whether it is this candidate; operating points of one method may give equal ones, so the
   * payload's place decides.
   */
  boolean isFor(SolvedUnit.Solution other) {
    return solution.file().equals(other.file())
        && solution.offset() == other.offset()
        && solution.length() == other.length();
  }
}
