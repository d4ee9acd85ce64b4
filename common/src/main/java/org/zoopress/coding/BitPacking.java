package org.zoopress.coding;

/**
 * Codes of a fixed number of bits, one after the other, low bits first; the last byte is filled up.
 */
public final class BitPacking {
  /** Widest code. */
  public static final int WIDEST = 31;

  private BitPacking() {}

  /** Bytes of {@code count} codes. */
  public static long packedBytes(int count, int width) {
    return ((long) count * width + 7) / 8;
  }

  /**
   * Writes the codes.
   *
   * @param width bits of a code, 0 to {@link #WIDEST}; with 0 all codes are zero
   * @throws IllegalArgumentException for a code that does not fit
   */
  public static void write(ByteWriter out, int[] codes, int width) {
    checkWidth(width);
    long pending = 0;
    int bits = 0;
    for (int code : codes) {
      if (code >>> width != 0) {
        throw new IllegalArgumentException("code %d has more than %d bits".formatted(code, width));
      }
      pending |= (long) code << bits;
      bits += width;
      while (bits >= 8) {
        out.writeByte((int) pending);
        pending >>>= 8;
        bits -= 8;
      }
    }
    if (bits > 0) {
      out.writeByte((int) pending);
    }
  }

  /**
   * Reads codes.
   *
   * @throws CorruptDataException if there are fewer bytes
   */
  public static int[] read(ByteReader in, int count, int width) {
    checkWidth(width);
    if (packedBytes(count, width) > in.remaining()) {
      throw new CorruptDataException(
          "%d codes of %d bits in %d bytes".formatted(count, width, in.remaining()));
    }
    int[] codes = new int[count];
    long mask = (1L << width) - 1;
    long pending = 0;
    int bits = 0;
    for (int i = 0; i < count; i++) {
      while (bits < width) {
        pending |= (long) in.readByte() << bits;
        bits += 8;
      }
      codes[i] = (int) (pending & mask);
      pending >>>= width;
      bits -= width;
    }
    return codes;
  }

  private static void checkWidth(int width) {
    if (width < 0 || width > WIDEST) {
      throw new IllegalArgumentException("codes of %d bits".formatted(width));
    }
  }
}
