package org.zoopress.job;

import java.util.List;

/**
 * What was looked at, and what was deleted or, in a dry run, would be.
 *
 * @param freedBytes sum over the lines that are deleted
 */
public record GcReport(boolean dryRun, long freedBytes, List<Line> lines) {
  /**
   * A run, an evaluation, a pack, a shared object, a file that no run names, or a staging folder.
   *
   * @param kind {@code run}, {@code evaluation}, {@code pack}, {@code shared}, {@code file} or
   *     {@code staging}
   * @param delete whether it goes
   * @param reason why it goes or stays
   */
  public record Line(String kind, String name, long bytes, boolean delete, String reason) {}
}
