package org.zoopress.coding;

import java.util.Arrays;

/**
 * Binary range coder with adaptive probabilities (Martin 1979; carries as in Schindler's range
 * coder): the interval [low, low + range) of a number below one is narrowed by each decision.
 *
 * <p>The range has 32 to 48 bits and is renormalised by two bytes, so that a 16-bit probability
 * never meets a range too short for it. A carry runs back into the bytes already written; there is
 * always a byte that takes it, because the number coded is below one.
 */
public final class RangeEncoder {
  static final int RANGE_BITS = 48;
  static final long SMALLEST_RANGE = 1L << 32;
  private static final long LOW_MASK = (1L << RANGE_BITS) - 1;

  private byte[] buffer = new byte[256];
  private int size;
  private long low;
  private long range = LOW_MASK;

  /** Codes one decision with the probability of its context, then lets the context learn it. */
  public void encode(BitModels models, int context, int bit) {
    encode(models.probability(context), bit);
    models.update(context, bit);
  }

  /**
   * Codes one decision with a given probability.
   *
   * @param probability of a one in 1/65536, from 1 to 65535
   */
  void encode(int probability, int bit) {
    long bound = (range >>> BitModels.PROBABILITY_BITS) * probability;
    if (bit == 0) {
      low += bound;
      range -= bound;
    } else {
      range = bound;
    }
    if (range < SMALLEST_RANGE) {
      renormalise();
    }
  }

  /** Codes the low {@code count} bits, 0 to 16, at even odds. */
  public void encodeDirect(int bits, int count) {
    range >>>= count;
    low += (bits & ((1L << count) - 1)) * range;
    if (range < SMALLEST_RANGE) {
      renormalise();
    }
  }

  private void renormalise() {
    propagateCarry();
    emitTwoBytes();
    range <<= 16;
  }

  private void propagateCarry() {
    if (low > LOW_MASK) {
      low &= LOW_MASK;
      int i = size - 1;
      while (++buffer[i] == 0) {
        i--;
      }
    }
  }

  private void emitTwoBytes() {
    if (size + 2 > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    buffer[size++] = (byte) (low >>> (RANGE_BITS - 8));
    buffer[size++] = (byte) (low >>> (RANGE_BITS - 16));
    low = (low << 16) & LOW_MASK;
  }

  /**
   * Ends the stream and returns its bytes. Of the numbers in the interval the one with the fewest
   * bytes is taken, and trailing zero bytes are dropped: the decoder reads zeros behind the end.
   */
  public byte[] finish() {
    // Round up to ever coarser steps while the result stays inside of the interval.
    long last = low + range - 1;
    int zeros = RANGE_BITS;
    while (((last >>> zeros) << zeros) < low) {
      zeros--;
    }
    low = (last >>> zeros) << zeros;
    range = 0;
    propagateCarry();
    for (int i = 0; i < RANGE_BITS / 16; i++) {
      emitTwoBytes();
    }
    while (size > 0 && buffer[size - 1] == 0) {
      size--;
    }
    return Arrays.copyOf(buffer, size);
  }
}
