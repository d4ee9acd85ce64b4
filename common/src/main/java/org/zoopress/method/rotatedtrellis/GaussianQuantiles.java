package org.zoopress.method.rotatedtrellis;

/** Quantiles of the standard normal distribution, by operations that give equal bits everywhere. */
final class GaussianQuantiles {
  private static final double SQRT_TWO_PI = 2.5066282746310002;
  private static final int NEWTON_STEPS = 6;

  private GaussianQuantiles() {}

  /** The n midpoints Φ⁻¹((i + ½)/n), ascending; n even. */
  static double[] midpoints(int n) {
    double[] quantiles = new double[n];
    double x = 0;
    for (int i = n / 2; i < n; i++) {
      x = above(x, (i + 0.5) / n);
      quantiles[i] = x;
      quantiles[n - 1 - i] = -x;
    }
    return quantiles;
  }

  /** Newton from a start at or below the result, where Φ is concave: it never overshoots. */
  private static double above(double start, double probability) {
    double x = start;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double density = StrictMath.exp(-x * x / 2) / SQRT_TWO_PI;
      x += (probability - distribution(x, density)) / density;
    }
    return x;
  }

  /** Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/15 + …), x ≥ 0. */
  private static double distribution(double x, double density) {
    double term = x;
    double sum = x;
    for (int k = 3; term > 1e-17 * sum; k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
}
