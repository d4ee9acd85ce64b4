package org.zoopress.method.rotatedtrellis;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;

/**
 * Settings of the rotated trellis code; every number of bits is an operating point.
 *
 * @param bits stored bits a weight of each operating point, scales and header included; at least
 *     one, none twice, each in [{@link #FEWEST_BITS}, {@link #MOST_BITS}]
 * @param states 2^L states of the trellis: a power of two from 2^8 to 2^16. Time is in proportion,
 *     but only when compressing
 */
public record RotatedTrellisParams(List<Double> bits, int states) implements Serializable {
  /** With fewer bits scales would take the most of them. */
  public static final double FEWEST_BITS = 0.25;

  /** Beyond this the trellis is no better than rounding. */
  public static final double MOST_BITS = 7;

  /**
   * On Gaussian weights at 2 bits 0.16 dB worse than 2^16 states, at an eighth of the time;
   * measured, see BENCHMARKS.
   */
  public static final int DEFAULT_STATES = 1 << 12;

  /** Rates at which networks are still of use without training. */
  public static final RotatedTrellisParams DEFAULT =
      new RotatedTrellisParams(List.of(2.0, 3.0), DEFAULT_STATES);

  /** Checks the ranges. */
  public RotatedTrellisParams {
    bits = List.copyOf(bits);
    Check.argument(
        !bits.isEmpty() && bits.stream().distinct().count() == bits.size(),
        "Cannot use rotated-trellis.bits=%s: there must be at least one number, and none twice."
            + " Choose for instance 2,3.",
        bits);
    for (double b : bits) {
      Check.argument(
          b >= FEWEST_BITS && b <= MOST_BITS,
          "Cannot use rotated-trellis.bits=%s: it must be in [%s, %s]. Choose for instance 2.",
          b,
          FEWEST_BITS,
          MOST_BITS);
    }
    Check.argument(
        Integer.bitCount(states) == 1
            && states >= 1 << TrellisCode.FEWEST_STATE_BITS
            && states <= 1 << TrellisCode.MOST_STATE_BITS,
        "Cannot use rotated-trellis.states=%s: it must be a power of two from %s to %s. Choose for"
            + " instance %s.",
        states,
        1 << TrellisCode.FEWEST_STATE_BITS,
        1 << TrellisCode.MOST_STATE_BITS,
        DEFAULT_STATES);
  }

  /** The same at other operating points. */
  public RotatedTrellisParams withBits(Double... others) {
    return new RotatedTrellisParams(List.of(others), states);
  }

  /** The same with another number of states. */
  public RotatedTrellisParams withStates(int other) {
    return new RotatedTrellisParams(bits, other);
  }

  /** L. */
  int stateBits() {
    return Integer.numberOfTrailingZeros(states);
  }
}
