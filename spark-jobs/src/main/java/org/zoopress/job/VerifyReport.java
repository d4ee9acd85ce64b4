package org.zoopress.job;

import java.util.List;

/**
 * What verification found; {@code failures} names run, model, tensor and reason of each failed
 * tensor.
 */
public record VerifyReport(long tensorsChecked, long tensorsFailed, List<Failure> failures) {

  /** One tensor that could not be decoded or did not match what was recorded. */
  public record Failure(String runId, String model, String tensor, String reason) {}
}
