package org.zoopress.datafree;

import java.util.List;

/**
 * One whole network at one operating point.
 *
 * @param operatingPoint for people and tables, for instance {@code step=0.0312}
 * @param payload as stored ({@code payload.Payload}), a member for each tensor of {@link
 *     NetworkSolution#members}
 * @param squaredErrors ‖W − Ŵ‖² of each member, of what the payload restores
 * @param squaredNorms ‖W‖² of each member
 * @param restoredKeys hash of each member as restored
 * @param divergence mean Kullback–Leibler divergence of its answers from the original's, in nats a
 *     sample, on probes that nothing was fitted to
 * @param agreement share of those probes that get the same class
 * @param normalization what became of batch norms and biases, for the row: {@code kept}, {@code
 *     folded}, {@code none} where none changes, with {@code corrected} where the guard kept the
 *     correction
 * @param probes what it was fitted to and judged on, for the row: {@code synthetic} inputs that
 *     match batch norms, image-like {@code noise} where there are none, {@code samples} of the
 *     user, or, where these are too few, both: {@code samples, synthetic}
 * @param seconds CPU time
 * @param layers a row a layer
 */
public record NetworkCandidate(
    String operatingPoint,
    byte[] payload,
    double[] squaredErrors,
    double[] squaredNorms,
    List<String> restoredKeys,
    double divergence,
    double agreement,
    String normalization,
    String probes,
    double seconds,
    List<LayerRow> layers) {

  /**
   * What happened to one layer.
   *
   * @param weight name of its weight
   * @param sensitivity mean Gauss–Newton diagonal: nats of divergence for a squared change of one
   * @param step of its weights
   * @param bits of its weights in all
   * @param outputError ‖y − ŷ‖² over ‖y‖² of its outputs on the probes
   * @param seconds CPU time
   */
  public record LayerRow(
      String weight,
      double sensitivity,
      double step,
      double bits,
      double outputError,
      double seconds) {}
}
