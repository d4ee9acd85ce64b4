package org.zoopress.metric;

/**
 * What can be told from a classifier's output: one row of scores a sample, one score a class.
 *
 * <p>Rows lie in one array, row-major; {@code offset} is the first score of the row meant. A row is
 * taken as logits (unnormalised, or ln P: the softmax of ln P is P) unless it is itself a
 * probability distribution, all scores ≥ 0 with sum 1 ± {@value #SUM_TOLERANCE}, as networks that
 * end in a softmax give: a second softmax would flatten it and hide nearly all divergence. Logits
 * that are positive and sum to one by chance do not occur in practice, and ranks are the same
 * either way.
 */
public final class Logits {
  /** A float32 softmax over 1,000 classes sums to 1 within 1e-4. */
  private static final double SUM_TOLERANCE = 1e-3;

  private Logits() {}

  /** Whether all scores of the row are finite. */
  public static boolean finite(float[] scores, int offset, int classes) {
    for (int k = offset; k < offset + classes; k++) {
      if (!Float.isFinite(scores[k])) {
        return false;
      }
    }
    return true;
  }

  /** The class of the highest score, the first one of equal scores; the row must be finite. */
  public static int top(float[] scores, int offset, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (scores[offset + k] > scores[offset + best]) {
        best = k;
      }
    }
    return best;
  }

  /**
   * How many classes stand before {@code label}: 0 if it is the top one, below 5 if it is among the
   * top five. Of equal scores the first stands before; the row must be finite.
   */
  public static int rank(float[] scores, int offset, int classes, int label) {
    float own = scores[offset + label];
    int before = 0;
    for (int k = 0; k < classes; k++) {
      float other = scores[offset + k];
      if (other > own || (other == own && k < label)) {
        before++;
      }
    }
    return before;
  }

  /**
   * KL(P‖Q) = Σ_k P_k (ln P_k − ln Q_k) of the distributions of two finite rows, in nats; at least
   * 0, and exactly 0 for equal rows.
   *
   * @param original the row of P
   * @param changed the row of Q, at the same offset
   */
  public static double divergence(float[] original, float[] changed, int offset, int classes) {
    double[] lnP = logProbabilities(original, offset, classes);
    double[] lnQ = logProbabilities(changed, offset, classes);
    double divergence = 0;
    for (int k = 0; k < classes; k++) {
      divergence += Math.exp(lnP[k]) * (lnP[k] - lnQ[k]);
    }
    return Math.max(0, divergence); // rounding can leave −1e-17
  }

  private static double[] logProbabilities(float[] scores, int offset, int classes) {
    double sum = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      double score = scores[offset + k];
      sum += score;
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
    double[] result = new double[classes];
    if (least >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE) {
      for (int k = 0; k < classes; k++) {
        // A float softmax underflows to 0 where the true value is below 1e-45.
        result[k] = Math.log(Math.max(scores[offset + k], Float.MIN_VALUE));
      }
      return result;
    }
    double exponentials = 0;
    for (int k = 0; k < classes; k++) {
      exponentials += Math.exp(scores[offset + k] - most);
    }
    double normaliser = most + Math.log(exponentials);
    for (int k = 0; k < classes; k++) {
      result[k] = scores[offset + k] - normaliser;
    }
    return result;
  }
}
