package org.zoopress.method.additive;

import org.zoopress.coding.BitPacking;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;

/**
 * Codes as bytes: packed to log₂ K bits each, or through the integer coder, whichever is smaller.
 *
 * <pre>
 *   byte   0 packed, 1 coded
 *   packed: all codes, those of a vector together          ({@link BitPacking})
 *   coded:  M streams, one a codebook                      ({@link IntegerCoder}) </pre>
 */
final class CodeStream {
  private static final int PACKED = 0;
  private static final int CODED = 1;

  private CodeStream() {}

  /** Codes n×M of the shape to bytes. */
  static byte[] encode(byte[] codes, CodeShape shape) {
    byte[] packed = packed(codes, shape);
    byte[] coded = coded(codes, shape);
    return packed.length <= coded.length ? packed : coded;
  }

  private static byte[] packed(byte[] codes, CodeShape shape) {
    int[] all = new int[codes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = codes[i] & 0xFF;
    }
    ByteWriter out = new ByteWriter();
    out.writeByte(PACKED);
    BitPacking.write(out, all, shape.bitsPerCode());
    return out.toByteArray();
  }

  private static byte[] coded(byte[] codes, CodeShape shape) {
    int books = shape.codebooks();
    ByteWriter out = new ByteWriter();
    out.writeByte(CODED);
    int[] ofBook = new int[codes.length / books];
    for (int m = 0; m < books; m++) {
      for (int i = 0; i < ofBook.length; i++) {
        ofBook[i] = codes[i * books + m] & 0xFF;
      }
      IntegerCoder.encode(out, ofBook, IntegerLayout.SEQUENCE);
    }
    return out.toByteArray();
  }

  /**
   * Inverse of {@link #encode}.
   *
   * @param count n, the number of vectors; n·M fits an int
   * @throws CorruptDataException if the bytes are not such codes
   */
  static byte[] decode(byte[] stored, int count, CodeShape shape) {
    ByteReader in = new ByteReader(stored);
    int kind = in.readByte();
    byte[] codes =
        switch (kind) {
          case PACKED -> unpacked(in, count, shape);
          case CODED -> decoded(in, count, shape);
          default -> throw new CorruptDataException("unknown form of codes " + kind);
        };
    in.expectEnd();
    return codes;
  }

  private static byte[] unpacked(ByteReader in, int count, CodeShape shape) {
    int[] all = BitPacking.read(in, count * shape.codebooks(), shape.bitsPerCode());
    byte[] codes = new byte[all.length];
    for (int i = 0; i < all.length; i++) {
      codes[i] = (byte) all[i];
    }
    return codes;
  }

  private static byte[] decoded(ByteReader in, int count, CodeShape shape) {
    int books = shape.codebooks();
    byte[] codes = new byte[count * books];
    for (int m = 0; m < books; m++) {
      int[] ofBook = IntegerCoder.decode(in, count, IntegerLayout.SEQUENCE);
      for (int i = 0; i < count; i++) {
        if (ofBook[i] < 0 || ofBook[i] >= shape.codewords()) {
          throw new CorruptDataException(
              "code %d of a codebook of %d words".formatted(ofBook[i], shape.codewords()));
        }
        codes[i * books + m] = (byte) ofBook[i];
      }
    }
    return codes;
  }
}
