package org.zoopress.coding;

/**
 * Context-modelled entropy coding of small signed integers: quantization levels, factor entries,
 * codes, index gaps.
 *
 * <p>Binarisation of v: v = 0; sign; then for |v| = 2^e + m with m &lt; 2^e the exponent in unary
 * (“greater than 1, 3, 7 …”) and the mantissa m, whose two leading bits are modelled and whose rest
 * goes at even odds. This is an exponential Golomb code with adaptive decisions; a flat histogram
 * between the powers of two costs nothing, so that levels of any spread are coded well.
 *
 * <p>Contexts: weights near each other have similar spread. The context of the zero flag and of the
 * exponent is the weighted magnitude of neighbours that are already coded ({@link Neighbourhood});
 * the contexts of the sign are the signs of two of them.
 *
 * <p>Stored form: one byte with the two adaptation speeds, then for each segment of {@link
 * #SEGMENT} integers the length of its bytes as a varint, then the segments. Segments share
 * nothing, so that they can be decoded in parallel and in any order.
 */
public final class IntegerCoder {
  /** Integers of a segment: large enough that learning anew costs less than 0.1 %. */
  public static final int SEGMENT = 1 << 18;

  private static final int FAST_SHIFT = 6;
  private static final int SLOW_SHIFT = 8;

  private IntegerCoder() {}

  /** Writes all of the values. */
  public static void encode(ByteWriter out, int[] values, IntegerLayout layout) {
    int segments = segments(values.length);
    byte[][] coded = new byte[segments][];
    for (int s = 0; s < segments; s++) {
      int from = s * SEGMENT;
      int to = Math.min(values.length, from + SEGMENT);
      coded[s] = encodeSegment(values, from, to, layout);
    }
    for (byte[] bytes : coded) {
      out.writeVarint(bytes.length);
    }
    for (byte[] bytes : coded) {
      out.writeBytes(bytes);
    }
  }

  /**
   * Reads {@code count} values.
   *
   * @throws CorruptDataException if the bytes are not such a stream
   */
  public static int[] decode(ByteReader in, int count, IntegerLayout layout) {
    int segments = segments(count);
    if (segments > in.remaining()) {
      throw new CorruptDataException(
          "%d segments of integers in %d bytes".formatted(segments, in.remaining()));
    }
    int[] lengths = new int[segments];
    for (int s = 0; s < segments; s++) {
      lengths[s] = in.readVarint(in.remaining(), "length of a segment");
    }
    int[] values = new int[count];
    for (int s = 0; s < segments; s++) {
      int from = s * SEGMENT;
      int to = Math.min(count, from + SEGMENT);
      decodeSegment(in.readBytes(lengths[s]), values, from, to, layout);
    }
    return values;
  }

  private static int segments(int count) {
    return count / SEGMENT + (count % SEGMENT == 0 ? 0 : 1);
  }

  private static byte[] encodeSegment(int[] values, int from, int to, IntegerLayout layout) {
    RangeEncoder encoder = new RangeEncoder();
    IntegerModels models = new IntegerModels(FAST_SHIFT, SLOW_SHIFT);
    Neighbourhood near = new Neighbourhood(values, from, layout);
    for (int i = from; i < to; i++) {
      near.moveTo(i);
      models.encode(encoder, near.spread(), near.signs(), values[i]);
    }
    return encoder.finish();
  }

  private static void decodeSegment(
      byte[] bytes, int[] values, int from, int to, IntegerLayout layout) {
    RangeDecoder decoder = new RangeDecoder(bytes);
    IntegerModels models = new IntegerModels(FAST_SHIFT, SLOW_SHIFT);
    Neighbourhood near = new Neighbourhood(values, from, layout);
    for (int i = from; i < to; i++) {
      near.moveTo(i);
      values[i] = models.decode(decoder, near.spread(), near.signs());
    }
  }
}
