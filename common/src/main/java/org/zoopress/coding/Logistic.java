package org.zoopress.coding;

/**
 * The logistic function and its inverse in fixed point, by tables that StrictMath fills, so that
 * they are the same on every machine.
 *
 * <p>Probabilities are in 1/65536; logits ln(p / (1 − p)) in 1/256, from −{@link #LIMIT} to {@link
 * #LIMIT}.
 */
final class Logistic {
  /** Largest logit: 12 nats less one step, a probability of 1 − 6·10⁻⁶. */
  static final int LIMIT = 12 * 256 - 1;

  private static final int STRETCH_BITS = 12;
  private static final int[] SQUASHED = new int[2 * LIMIT + 1];
  private static final short[] STRETCHED = new short[1 << STRETCH_BITS];
  private static final short[] STRETCHED_LOW = new short[1 << STRETCH_BITS];

  static {
    for (int x = -LIMIT; x <= LIMIT; x++) {
      double p = 1 / (1 + StrictMath.exp(-x / 256.0));
      SQUASHED[x + LIMIT] = clamp((int) StrictMath.floor(p * 65536 + 0.5));
    }
    for (int i = 0; i < STRETCHED.length; i++) {
      STRETCHED[i] = logit((i + 0.5) / STRETCHED.length);
      STRETCHED_LOW[i] = logit((i + 0.5) / 65536);
    }
  }

  private Logistic() {}

  private static short logit(double p) {
    return (short) StrictMath.rint(StrictMath.log(p / (1 - p)) * 256);
  }

  private static int clamp(int probability) {
    return Math.max(1, Math.min(65535, probability));
  }

  /** Probability from 1 to 65535 of a logit; cut off at the limits. */
  static int squash(int logit) {
    return SQUASHED[Math.max(-LIMIT, Math.min(LIMIT, logit)) + LIMIT];
  }

  /** Logit of a probability from 0 to 65535; finer at both ends, where it is steep. */
  static int stretch(int probability) {
    if (probability < STRETCHED_LOW.length) {
      return STRETCHED_LOW[probability];
    }
    if (probability >= 65536 - STRETCHED_LOW.length) {
      return -STRETCHED_LOW[65535 - probability];
    }
    return STRETCHED[probability >>> (16 - STRETCH_BITS)];
  }
}
