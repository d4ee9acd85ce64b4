package org.zoopress.job;

import java.util.List;

/**
 * What a compress run with the same options would store.
 *
 * @param storedBytes bytes that the run would add to the archive, file overhead as an upper bound
 * @param compressionRatio original bytes over all bytes needed to decode, those of earlier runs
 *     included
 * @param relativeError ‖W−Ŵ‖²/‖W‖² over the tensors that lossy methods may touch
 * @param lines a line a method and operating point, biggest first
 */
public record PlanReport(
    String runId,
    int modelsOk,
    int modelsFailed,
    long originalBytes,
    long storedBytes,
    double compressionRatio,
    double bitsPerWeight,
    double relativeError,
    List<Line> lines) {

  /** How many units take an operating point, and what they cost. */
  public record Line(
      String method, String operatingPoint, long units, long storedBytes, double relativeError) {}
}
