package org.zoopress.method.rotatedtrellis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fixed code: what each of the 2^L states of the shift register stands for. Computed, never
 * stored; see the package for the rule.
 *
 * <p>After a step that shifts bits in, the state means a number of phase 0; after the r-th step in
 * a row that shifts nothing in (rates below one bit), one of phase r.
 */
final class TrellisCode {
  /** Fewest bits of a state: a step may shift in so many. */
  static final int FEWEST_STATE_BITS = RateLadder.MOST_BITS;

  /** Most bits of a state. */
  static final int MOST_STATE_BITS = 16;

  /** Numbers that one shift may have to give: the lowest rate is a quarter of a bit. */
  static final int PHASES = 4;

  /** Bits that decide between few, far apart numbers; more than 4 gained nothing. */
  private static final int PAIRED_BITS = 4;

  private static final Map<Key, TrellisCode> COMPUTED = new ConcurrentHashMap<>();

  private final int stateBits;
  private final Tails tails;
  private final float[][] values;

  private record Key(int stateBits, Tails tails) {}

  private TrellisCode(int stateBits, Tails tails) {
    this.stateBits = stateBits;
    this.tails = tails;
    double[] quantiles = GaussianQuantiles.midpoints(1 << stateBits);
    this.values = new float[PHASES][1 << stateBits];
    for (int phase = 0; phase < PHASES; phase++) {
      for (int state = 0; state < 1 << stateBits; state++) {
        values[phase][state] = (float) tails.value(quantiles[rank(state, phase)]);
      }
    }
  }

  /** The code of 2^L states; computed once. */
  static TrellisCode of(int stateBits, Tails tails) {
    return COMPUTED.computeIfAbsent(
        new Key(stateBits, tails), key -> new TrellisCode(key.stateBits(), key.tails()));
  }

  /** L. */
  int stateBits() {
    return stateBits;
  }

  /** Distribution of the numbers. */
  Tails tails() {
    return tails;
  }

  /** Numbers of the states, of unit variance; not a copy. */
  float[] values(int phase) {
    return values[phase];
  }

  /**
   * Which quantile a state means: bit i of the state decides the i-th most significant bit of the
   * rank, flipped by the bit that will leave the register i-th next and by a hash of those between.
   * A bijection, since each bit of the rank depends on one bit of the state and bits above it.
   */
  private int rank(int state, int phase) {
    int rank = 0;
    for (int i = 0; i < stateBits; i++) {
      int leaving = stateBits - 1 - i;
      boolean paired = i < PAIRED_BITS && i < leaving;
      int between = (paired ? state & ((1 << leaving) - 1) : state) >>> (i + 1);
      int bit = (state >>> i) ^ hash((between * PHASES + phase) * 32 + i);
      rank = rank << 1 | ((paired ? bit ^ (state >>> leaving) : bit) & 1);
    }
    return rank;
  }

  /** Murmur3's finalizer after a multiplication; its parity-like bit 7 is taken. */
  private static int hash(int value) {
    int h = value * 0x9E3779B1;
    h = (h ^ h >>> 15) * 0x85EBCA77;
    h = (h ^ h >>> 13) * 0xC2B2AE3D;
    return (h ^ h >>> 16) >>> 7;
  }
}
