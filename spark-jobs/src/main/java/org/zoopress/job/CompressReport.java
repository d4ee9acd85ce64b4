package org.zoopress.job;

import java.util.List;

/**
 * What a compress run did, as stored.
 *
 * @param status {@code committed}, or {@code already-committed} when the run id was committed
 *     before
 * @param storedBytes bytes that this run added to the archive for decoding, as files on disk
 * @param compressionRatio original bytes over the bytes needed to decode all models, those of
 *     earlier runs included
 * @param bitsPerWeight bits needed to decode all models over the number of distinct weights
 * @param seconds wall time
 * @param models a line a model, in order of their names
 */
public record CompressReport(
    String runId,
    String status,
    int modelsOk,
    int modelsFailed,
    long tensorsSolved,
    long tensorsReused,
    long originalBytes,
    long storedBytes,
    double compressionRatio,
    double bitsPerWeight,
    double seconds,
    List<ModelLine> models) {

  /** The same report with another status. */
  CompressReport withStatus(String other) {
    return new CompressReport(
        runId,
        other,
        modelsOk,
        modelsFailed,
        tensorsSolved,
        tensorsReused,
        originalBytes,
        storedBytes,
        compressionRatio,
        bitsPerWeight,
        seconds,
        models);
  }

  /**
   * @param status {@code ok}, {@code failed} or {@code skipped}
   * @param storedBytes bytes of payloads this model refers to; tensors shared with other models
   *     count in each
   * @param relativeError ‖W−Ŵ‖²/‖W‖² over all its weights
   * @param reason why it failed or was skipped; empty if ok
   */
  public record ModelLine(
      String model,
      String format,
      String status,
      int tensors,
      long originalBytes,
      long storedBytes,
      double ratio,
      double relativeError,
      String reason) {}
}
