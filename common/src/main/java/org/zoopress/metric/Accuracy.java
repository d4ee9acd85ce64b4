package org.zoopress.metric;

import java.io.Serializable;

/**
 * A share counted over samples: right answers, or agreeing ones.
 *
 * @param correct how many of the samples count, 0 to {@code samples}
 * @param samples how many were seen
 */
public record Accuracy(long correct, long samples) implements Serializable {
  /** Refuses counts that are no share with {@link IllegalArgumentException}. */
  public Accuracy {
    if (correct < 0 || correct > samples) {
      throw new IllegalArgumentException("%d of %d is no share".formatted(correct, samples));
    }
  }

  /** The share, 0 to 1; NaN without samples. */
  public double share() {
    return samples == 0 ? Double.NaN : (double) correct / samples;
  }

  /** Wilson's interval at 95 %. */
  public ConfidenceInterval interval() {
    return ConfidenceInterval.wilson(correct, samples, ConfidenceInterval.Z_95);
  }

  /** For people, for instance {@code 932/1017 = 91.64 %}. */
  @Override
  public String toString() {
    return samples == 0
        ? "no samples"
        : String.format(java.util.Locale.ROOT, "%d/%d = %.2f %%", correct, samples, 100 * share());
  }
}
