package org.zoopress.method.secondorder;

/** Vectors from what they are in the metric of their block. */
final class MetricVectors {
  /** Of larger numbers no sums are taken, see {@link org.zoopress.method.additive}. */
  private static final double LARGEST = 512;

  private MetricVectors() {}

  /**
   * τ of τ·A, cut off at ±512.
   *
   * @param aims τ·A, n×d
   * @param metric A, d×d, upper triangular
   * @param size numbers of a vector that mean anything
   * @param others what the numbers beyond are; n×d
   */
  static float[] solve(float[] aims, double[] metric, int size, float[] others) {
    int d = (int) Math.round(Math.sqrt(metric.length));
    float[] vectors = others.clone();
    double[] tau = new double[size];
    for (int from = 0; from < aims.length; from += d) {
      for (int l = 0; l < size; l++) {
        double sum = aims[from + l];
        for (int k = 0; k < l; k++) {
          sum -= tau[k] * metric[k * d + l];
        }
        double diagonal = metric[l * d + l];
        tau[l] = diagonal > 0 ? sum / diagonal : 0;
        vectors[from + l] = (float) Math.max(-LARGEST, Math.min(LARGEST, tau[l]));
      }
    }
    return vectors;
  }
}
