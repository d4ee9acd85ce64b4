package org.zoopress.method.rotatedtrellis;

/**
 * Bits of a weight as a function of its scale, in integers, so that the decoder finds the same.
 *
 * <p>Rates are counted in 256ths of a bit, so that the bits asked for can be met, scales in
 * quarters of an octave. Reverse water-filling spends log₂ σ + constant bits: the constant is the
 * {@code offset}.
 */
final class RateLadder {
  /** Parts of a bit. */
  static final int PARTS = 256;

  /** Most bits of one weight. */
  static final int MOST_BITS = 8;

  private static final int RATE_PER_EXPONENT = PARTS / AxisScales.PARTS;
  private static final int LOWEST = PARTS / TrellisCode.PHASES;

  private RateLadder() {}

  /**
   * Rate of a weight of scale 2^(exponent/4).
   *
   * @return parts of a bit: 0, or from a quarter of a bit to 8
   */
  static int rate(int exponent, int offset) {
    int wanted = RATE_PER_EXPONENT * exponent + offset;
    if (wanted < 3 * LOWEST / 4) {
      return 0; // the tangent of the distortion–rate curve: less than this is better spent
      // elsewhere
    }
    return Math.max(LOWEST, Math.min(MOST_BITS * PARTS, wanted));
  }

  /** Offset at which no weight has a rate, whatever its scale. */
  static int lowestOffset() {
    return -RATE_PER_EXPONENT * 3 * AxisScales.LARGEST;
  }

  /** Offset at which every weight has the highest rate. */
  static int highestOffset() {
    return RATE_PER_EXPONENT * 3 * AxisScales.LARGEST + MOST_BITS * PARTS;
  }

  /**
   * Standard deviation of the reproduction at a rate, that of the weight being 1: √(1 − D(R)), the
   * test channel of rate–distortion theory, with the D(R) that the trellis reaches.
   */
  static double deviation(int rate) {
    double bits = (double) rate / PARTS;
    return Math.sqrt(1 - Math.min(1, 1.08 * StrictMath.pow(4, -bits)));
  }
}
