package org.zoopress.job;

import java.util.List;

/** What a zoo holds; a line a file that is a model or was skipped, in order of their paths. */
public record ScanReport(
    int models, int failed, int skipped, long tensors, long weights, long bytes, List<Line> lines) {

  /**
   * {@code status}: {@code ok}, {@code failed} or {@code skipped}; {@code reason} is empty if ok.
   */
  public record Line(
      String model,
      String format,
      String status,
      int tensors,
      long weights,
      long bytes,
      String dtypes,
      String reason) {}
}
