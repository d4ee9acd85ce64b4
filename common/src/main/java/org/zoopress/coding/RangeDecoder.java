package org.zoopress.coding;

/**
 * Inverse of {@link RangeEncoder}. Behind the end it reads zeros without end, so that damaged bytes
 * give wrong decisions or a {@link CorruptDataException}; callers bound their own loops.
 */
public final class RangeDecoder {
  private final byte[] bytes;
  private final int end;
  private int position;
  private long value;
  private long range = (1L << RangeEncoder.RANGE_BITS) - 1;

  /** Decodes the part of the bytes; the array is shared, not copied. */
  public RangeDecoder(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || length > bytes.length - offset) {
      throw new CorruptDataException(
          "range %d+%d outside of %d bytes".formatted(offset, length, bytes.length));
    }
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
    for (int i = 0; i < RangeEncoder.RANGE_BITS / 16; i++) {
      value = value << 16 | nextTwoBytes();
    }
    if (value >= range) {
      throw new CorruptDataException("range coded bytes start outside of every interval");
    }
  }

  /** Decodes all of the bytes. */
  public RangeDecoder(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Decodes one decision and lets its context learn it. */
  public int decode(BitModels models, int context) {
    int bit = decode(models.probability(context));
    models.update(context, bit);
    return bit;
  }

  /**
   * Decodes one decision that was coded with a given probability.
   *
   * @param probability of a one in 1/65536, from 1 to 65535
   */
  int decode(int probability) {
    long bound = (range >>> BitModels.PROBABILITY_BITS) * probability;
    int bit;
    if (value < bound) {
      range = bound;
      bit = 1;
    } else {
      value -= bound;
      range -= bound;
      bit = 0;
    }
    if (range < RangeEncoder.SMALLEST_RANGE) {
      range <<= 16;
      value = value << 16 | nextTwoBytes();
    }
    return bit;
  }

  /** Decodes {@code count} bits, 0 to 16, coded at even odds. */
  public int decodeDirect(int count) {
    range >>>= count;
    long bits = value / range;
    if (bits >>> count != 0) { // the remainder of the division, which no encoder uses
      throw new CorruptDataException("range coded bytes lie between two intervals");
    }
    value -= bits * range;
    if (range < RangeEncoder.SMALLEST_RANGE) {
      range <<= 16;
      value = value << 16 | nextTwoBytes();
    }
    return (int) bits;
  }

  /** Decodes one bit coded at even odds; the same as {@code decodeDirect(1)} without a division. */
  public int decodeEvenOdds() {
    range >>>= 1;
    int bit = 0;
    if (value >= range) {
      value = Math.min(value - range, range - 1);
      bit = 1;
    }
    if (range < RangeEncoder.SMALLEST_RANGE) {
      range <<= 16;
      value = value << 16 | nextTwoBytes();
    }
    return bit;
  }

  private int nextTwoBytes() {
    if (position + 2 <= end) {
      int high = bytes[position] & 0xFF;
      int low = bytes[position + 1] & 0xFF;
      position += 2;
      return high << 8 | low;
    }
    int high = position < end ? bytes[position++] & 0xFF : 0;
    return high << 8;
  }
}
