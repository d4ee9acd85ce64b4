package org.zoopress.datafree;

import org.zoopress.metric.Logits;

/**
 * How far the answers of a network are from the original's on the same samples.
 *
 * @param divergence mean KL(original ‖ network), in nats a sample; infinite if an answer is not
 *     finite
 * @param agreement share of samples with the same class
 */
record Answers(double divergence, double agreement) {

  /**
   * Compares logits, one row a sample.
   *
   * @param classes scores a sample
   */
  static Answers compare(float[] original, float[] network, int classes) {
    int samples = original.length / classes;
    double divergence = 0;
    int agreeing = 0;
    for (int row = 0; row < samples * classes; row += classes) {
      if (!Logits.finite(network, row, classes)) {
        return new Answers(Double.POSITIVE_INFINITY, 0);
      }
      divergence += Logits.divergence(original, network, row, classes);
      if (Logits.top(original, row, classes) == Logits.top(network, row, classes)) {
        agreeing++;
      }
    }
    return new Answers(divergence / samples, (double) agreeing / samples);
  }
}
