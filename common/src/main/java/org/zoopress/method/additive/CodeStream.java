package org.zoopress.method.additive;

import java.util.Arrays;
import org.zoopress.coding.BitPacking;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.coding.RangeDecoder;
import org.zoopress.coding.RangeEncoder;
import org.zoopress.coding.SymbolModels;

/**
 * Codes as bytes, in the form that is smallest of those tried.
 *
 * <pre>
 *   byte   0 packed, 1 learned, 2 expected
 *   packed:   all codes to log₂ K bits each, those of a vector together     ({@link BitPacking})
 *   learned:  M streams, one a codebook; frequencies are learned on the way ({@link IntegerCoder})
 *   expected: byte e, then one stream, codes of a vector together; each codebook's frequencies
 *             start from its rates, as if 2^e codes had been seen, and are learned further
 *                                                                           ({@link SymbolModels})
 * </pre>
 */
public final class CodeStream {
  private static final int PACKED = 0;
  private static final int LEARNED = 1;
  private static final int EXPECTED = 2;

  /**
   * log₂ of the codes that the rates are worth against those of a weight, as they are tried. Codes
   * at the worth of a bit that the codebooks were trained for want most, 2 % less bits than with
   * 2^6; at five times that worth it is the other way round.
   */
  private static final int[] CONFIDENCES = {5, 7, 10};

  private static final int MOST_CONFIDENCE = 10;

  /** Codes of one byte are at most so many: no decision costs less than 2^−16 bits. */
  private static final int MOST_CODES_PER_BYTE = 1 << 19;

  private CodeStream() {}

  /** Codes n×M for codebooks with frequent codewords first. */
  static byte[] encode(byte[] codes, CodeShape shape) {
    return smaller(packed(codes, shape), learned(codes, shape));
  }

  /** Codes n×M for codebooks whose use is known. */
  public static byte[] encode(byte[] codes, CodeRates rates) {
    byte[] smallest = packed(codes, rates.shape());
    for (int confidence : CONFIDENCES) {
      smallest = smaller(smallest, expected(codes, rates, confidence));
    }
    return smallest;
  }

  private static byte[] smaller(byte[] a, byte[] b) {
    return a.length <= b.length ? a : b;
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

  private static byte[] learned(byte[] codes, CodeShape shape) {
    int books = shape.codebooks();
    ByteWriter out = new ByteWriter();
    out.writeByte(LEARNED);
    int[] ofBook = new int[codes.length / books];
    for (int m = 0; m < books; m++) {
      for (int i = 0; i < ofBook.length; i++) {
        ofBook[i] = codes[i * books + m] & 0xFF;
      }
      IntegerCoder.encode(out, ofBook, IntegerLayout.SEQUENCE);
    }
    return out.toByteArray();
  }

  private static byte[] expected(byte[] codes, CodeRates rates, int confidence) {
    SymbolModels[] models = models(rates, confidence);
    RangeEncoder encoder = new RangeEncoder();
    for (int i = 0; i < codes.length; i++) {
      models[i % models.length].encode(encoder, codes[i] & 0xFF);
    }
    ByteWriter out = new ByteWriter();
    out.writeByte(EXPECTED);
    out.writeByte(confidence);
    out.writeBytes(encoder.finish());
    return out.toByteArray();
  }

  private static SymbolModels[] models(CodeRates rates, int confidence) {
    SymbolModels[] models = new SymbolModels[rates.shape().codebooks()];
    Arrays.setAll(
        models,
        m ->
            new SymbolModels(rates.shape().bitsPerCode(), rates.probabilities(m), 1 << confidence));
    return models;
  }

  /**
   * Inverse of both.
   *
   * @param count n, the number of vectors; n·M fits an int
   * @param rates of the codebooks; any where they are not known
   * @throws CorruptDataException if the bytes are not such codes
   */
  public static byte[] decode(byte[] stored, int count, CodeRates rates) {
    ByteReader in = new ByteReader(stored);
    int kind = in.readByte();
    byte[] codes =
        switch (kind) {
          case PACKED -> unpacked(in, count, rates.shape());
          case LEARNED -> ofLearned(in, count, rates.shape());
          case EXPECTED -> ofExpected(in, count, rates);
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

  private static byte[] ofLearned(ByteReader in, int count, CodeShape shape) {
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

  private static byte[] ofExpected(ByteReader in, int count, CodeRates rates) {
    int confidence = in.readByte();
    if (confidence > MOST_CONFIDENCE) {
      throw new CorruptDataException("confidence in expected codes is 2^" + confidence);
    }
    byte[] coded = in.readBytes(in.remaining());
    int total = count * rates.shape().codebooks();
    if (total / MOST_CODES_PER_BYTE > coded.length) {
      throw new CorruptDataException("%d codes in %d bytes".formatted(total, coded.length));
    }
    SymbolModels[] models = models(rates, confidence);
    RangeDecoder decoder = new RangeDecoder(coded);
    byte[] codes = new byte[total];
    for (int i = 0; i < total; i++) {
      codes[i] = (byte) models[i % models.length].decode(decoder);
    }
    return codes;
  }
}
