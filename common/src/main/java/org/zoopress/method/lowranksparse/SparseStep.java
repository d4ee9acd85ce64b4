package org.zoopress.method.lowranksparse;

/** Fits S to T = W − L while L stands still. */
interface SparseStep {
  /**
   * @param t T, column-major; not written to
   * @param current S so far, which a step that searches starts from
   */
  SparseEntries fit(double[] t, SparseEntries current);
}
