package org.zoopress.method.additive;

import java.io.Serializable;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.Check;

/**
 * Sizes of an additive code: a vector of d numbers takes M codes of log₂ K bits.
 *
 * @param codebooks M, 1 to 8
 * @param codewords K of each codebook; a power of two, 2 to 256, so that a code is a byte
 * @param dimension d, 1 to 64
 */
public record CodeShape(int codebooks, int codewords, int dimension) implements Serializable {
  /** Largest M: the normal equations have M·K unknowns a dimension. */
  public static final int MOST_CODEBOOKS = 8;

  /** Largest K. */
  public static final int MOST_CODEWORDS = 256;

  /** Largest d. */
  public static final int LARGEST_DIMENSION = 64;

  /** Checks the ranges. */
  public CodeShape {
    Check.argument(
        codebooks >= 1 && codebooks <= MOST_CODEBOOKS,
        "Cannot use additive.codebooks=%s: it must be from 1 to %s. Choose for instance 2.",
        codebooks,
        MOST_CODEBOOKS);
    Check.argument(
        codewords >= 2 && codewords <= MOST_CODEWORDS && Integer.bitCount(codewords) == 1,
        "Cannot use additive.codewords=%s: it must be a power of two from 2 to %s. Choose for"
            + " instance 256.",
        codewords,
        MOST_CODEWORDS);
    Check.argument(
        dimension >= 1 && dimension <= LARGEST_DIMENSION,
        "Cannot use additive.dimension=%s: it must be from 1 to %s. Choose for instance 8.",
        dimension,
        LARGEST_DIMENSION);
  }

  /** Three bytes: M, log₂ K, d. */
  void write(ByteWriter out) {
    out.writeByte(codebooks);
    out.writeByte(bitsPerCode());
    out.writeByte(dimension);
  }

  /** Inverse of {@link #write}. */
  static CodeShape read(ByteReader in) {
    int books = inRange(in.readByte(), MOST_CODEBOOKS, "number of codebooks");
    int bits = inRange(in.readByte(), Byte.SIZE, "bits of a code");
    int dimension = inRange(in.readByte(), LARGEST_DIMENSION, "numbers of a codeword");
    return new CodeShape(books, 1 << bits, dimension);
  }

  private static int inRange(int value, int most, String what) {
    if (value < 1 || value > most) {
      throw new CorruptDataException("%s is %d".formatted(what, value));
    }
    return value;
  }

  /** As in settings: MxKxd. */
  public String text() {
    return "%dx%dx%d".formatted(codebooks, codewords, dimension);
  }

  /** M log₂ K / d, the most bits that codes take for a number. */
  public double mostBits() {
    return (double) codebooks * bitsPerCode() / dimension;
  }

  /** M·K, the number of codewords of all codebooks. */
  public int totalCodewords() {
    return codebooks * codewords;
  }

  /** M·K·d, the number of values of all codebooks. */
  public int values() {
    return totalCodewords() * dimension;
  }

  /** log₂ K. */
  public int bitsPerCode() {
    return Integer.numberOfTrailingZeros(codewords);
  }
}
