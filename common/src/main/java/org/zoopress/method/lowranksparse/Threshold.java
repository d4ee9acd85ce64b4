package org.zoopress.method.lowranksparse;

/** What becomes of the entries of T = W − L that S keeps: always the c largest. */
public enum Threshold {
  /** They are kept as they are: for given L the exact minimum. */
  HARD,
  /**
   * During the iteration they are drawn towards zero by the largest entry left out, as in GreBsmo;
   * at the end they take their full values.
   */
  SOFT;

  /** The step that keeps {@code count} entries. */
  SparseStep step(int count) {
    LargestEntries largest = LargestEntries.unweighted();
    return (t, current) -> {
      SparseEntries kept = SparseEntries.gather(t, largest.positions(t, count));
      return this == HARD ? kept : shrunk(kept, t);
    };
  }

  private static SparseEntries shrunk(SparseEntries kept, double[] t) {
    double bound = 0;
    int next = 0;
    for (int i = 0; i < t.length; i++) {
      if (next < kept.count() && kept.positions()[next] == i) {
        next++;
      } else {
        bound = Math.max(bound, Math.abs(t[i]));
      }
    }
    double[] values = kept.values();
    for (int i = 0; i < values.length; i++) {
      values[i] -= Math.copySign(Math.min(bound, Math.abs(values[i])), values[i]);
    }
    return kept;
  }
}
