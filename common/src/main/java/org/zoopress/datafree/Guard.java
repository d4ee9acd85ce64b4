package org.zoopress.datafree;

import java.util.function.Function;

/** Keeps the network whose answers are nearest to the original's on probes that only judge. */
final class Guard {
  private final Function<StoredNetwork, Answers> judge;
  private StoredNetwork best;
  private double divergence;

  Guard(Function<StoredNetwork, Answers> judge, StoredNetwork start) {
    this.judge = judge;
    this.best = start;
    double found = judge.apply(start).divergence();
    this.divergence = Double.isNaN(found) ? Double.POSITIVE_INFINITY : found;
  }

  /** Takes a changed network if its divergence is smaller; says whether it did. */
  boolean offer(StoredNetwork changed) {
    double found = judge.apply(changed).divergence();
    if (!(found < divergence)) { // not a number is refused too
      return false;
    }
    best = changed;
    divergence = found;
    return true;
  }

  StoredNetwork best() {
    return best;
  }
}
