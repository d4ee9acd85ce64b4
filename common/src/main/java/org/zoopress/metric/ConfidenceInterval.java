package org.zoopress.metric;

import java.io.Serializable;

/**
 * An interval of shares.
 *
 * @param lower lower bound, 0 to 1
 * @param upper upper bound, {@code lower} to 1
 */
public record ConfidenceInterval(double lower, double upper) implements Serializable {
  /** 97.5 % quantile of the standard normal distribution: z of a two-sided 95 % interval. */
  public static final double Z_95 = 1.959963984540054;

  /**
   * Wilson's score interval: all p with |p̂ − p| ≤ z √(p (1 − p) / n). Unlike p̂ ± z √(p̂ (1 − p̂)
   * / n) it stays inside [0, 1] and does not shrink to a point where every answer is right, which
   * is where accuracies and agreements of good networks lie.
   *
   * @param successes count of successes, 0 to {@code trials}
   * @param trials n; 0 gives [0, 1]
   * @param z normal quantile, for instance {@link #Z_95}
   * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson, Probable Inference, the
   *     Law of Succession, and Statistical Inference, JASA 22, 1927</a>
   */
  public static ConfidenceInterval wilson(long successes, long trials, double z) {
    if (successes < 0 || successes > trials || !(z > 0)) {
      throw new IllegalArgumentException(
          "no interval for %d of %d at z = %s".formatted(successes, trials, z));
    }
    if (trials == 0) {
      return new ConfidenceInterval(0, 1);
    }
    double n = trials;
    double share = successes / n;
    double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return new ConfidenceInterval(Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /** Whether a share lies inside, bounds included. */
  public boolean contains(double share) {
    return lower <= share && share <= upper;
  }
}
