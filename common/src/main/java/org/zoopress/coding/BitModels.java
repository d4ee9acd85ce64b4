package org.zoopress.coding;

import java.util.Arrays;

/**
 * Adaptive probabilities of binary decisions, one for each context.
 *
 * <p>Each context keeps two estimates of the probability of a one and predicts with their mean:
 *
 * <pre>  p ← p + (bit − p) · max(1/(n + 1.5), 2^−shift)      n decisions seen, shift fast or slow
 * </pre>
 *
 * The first term is a plain count, so that a context is usable after a few decisions; the second is
 * exponential forgetting, so that it follows weights whose spread drifts. Two speeds are what video
 * coders since VVC use (ITU-T H.266, 9.3.4.3.2.2). Weights of a network are nearly stationary and
 * want slower ones than pictures do.
 *
 * <p>Integer arithmetic only: encoder and decoder agree on every machine.
 */
public final class BitModels {
  /** Bits of an estimate. */
  private static final int PRECISION = 22;

  private static final int COUNT_BITS = 10;
  private static final int LAST_COUNT = (1 << COUNT_BITS) - 1;
  private static final long ESTIMATE_MASK = (1L << PRECISION) - 1;

  /** Bits of the probability handed to the range coder. */
  static final int PROBABILITY_BITS = 16;

  private static final long EVEN_ODDS =
      (1L << (PRECISION - 1)) << (COUNT_BITS + PRECISION) | (1L << (PRECISION - 1)) << COUNT_BITS;

  /** Slowest adaptation: 2^−10, where the count saturates. */
  public static final int SLOWEST = COUNT_BITS;

  // Fast estimate, slow estimate, count: one long, so that a decision costs one load and one store.
  private final long[] states;
  // Rates by count, fast in the high and slow in the low half; 16-bit fixed point.
  private final int[] fastRates;
  private final int[] slowRates;

  /**
   * Contexts at even odds.
   *
   * @param contexts how many
   * @param fastShift forgetting of the fast estimate, 1 to {@link #SLOWEST}
   * @param slowShift forgetting of the slow estimate, 1 to {@link #SLOWEST}
   */
  public BitModels(int contexts, int fastShift, int slowShift) {
    if (Math.min(fastShift, slowShift) < 1 || Math.max(fastShift, slowShift) > SLOWEST) {
      throw new IllegalArgumentException("shifts %d, %d".formatted(fastShift, slowShift));
    }
    states = new long[contexts];
    Arrays.fill(states, EVEN_ODDS);
    fastRates = RATES[fastShift];
    slowRates = RATES[slowShift];
  }

  private BitModels(long[] states, int[] fastRates, int[] slowRates) {
    this.states = states;
    this.fastRates = fastRates;
    this.slowRates = slowRates;
  }

  /** The same contexts in the same state, independent from now on. */
  BitModels copy() {
    return new BitModels(states.clone(), fastRates, slowRates);
  }

  /**
   * Sets both estimates of a context.
   *
   * @param probability of a one; NaN counts as even odds, others are kept off zero and one
   * @param count observations that the estimate is worth, up to 1023
   */
  void prime(int context, double probability, int count) {
    double p = Double.isNaN(probability) ? 0.5 : Math.max(0.002, Math.min(0.998, probability));
    long estimate = (long) (p * (1L << PRECISION));
    states[context] =
        estimate << (COUNT_BITS + PRECISION) | estimate << COUNT_BITS | Math.min(count, LAST_COUNT);
  }

  private static final int[][] RATES = new int[SLOWEST + 1][];

  static {
    for (int shift = 1; shift <= SLOWEST; shift++) {
      RATES[shift] = new int[LAST_COUNT + 1];
      for (int n = 0; n <= LAST_COUNT; n++) {
        RATES[shift][n] = Math.max((1 << 17) / (2 * n + 3), (1 << 16) >> shift);
      }
    }
  }

  /** Probability of a one in 1/65536, from 1 to 65535. */
  int probability(int context) {
    long state = states[context];
    long sum = (state >>> (COUNT_BITS + PRECISION)) + ((state >>> COUNT_BITS) & ESTIMATE_MASK);
    return (int) (sum >>> (PRECISION + 1 - PROBABILITY_BITS)) | 1;
  }

  /** Learns one decision, 0 or 1. */
  void update(int context, int bit) {
    long state = states[context];
    int n = (int) state & LAST_COUNT;
    long fast = state >>> (COUNT_BITS + PRECISION);
    long slow = (state >>> COUNT_BITS) & ESTIMATE_MASK;
    long target = (long) bit << PRECISION;
    // A rate is below one, so that an estimate stays below its target and fits its bits.
    fast += ((target - fast) * fastRates[n]) >> 16;
    slow += ((target - slow) * slowRates[n]) >> 16;
    states[context] =
        fast << (COUNT_BITS + PRECISION) | slow << COUNT_BITS | (n + ((n - LAST_COUNT) >>> 31));
  }
}
