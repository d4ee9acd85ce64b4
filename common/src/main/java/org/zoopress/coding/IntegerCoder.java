package org.zoopress.coding;

/**
 * Context-modelled entropy coding of signed integers: quantization levels, factor entries, codes,
 * index gaps.
 *
 * <p>Binarisation of an index k: k = 0; on which side of zero, seen from the prediction; then for
 * |k| = 2^e + m with m &lt; 2^e the exponent in unary (“greater than 1, 3, 7 …”) and the mantissa
 * m, whose two leading bits are modelled and whose rest goes at even odds. This is an exponential
 * Golomb code with adaptive decisions; few decisions, and any histogram of small values is learnt
 * exactly.
 *
 * <p>The context of a decision is the prediction and the spread that the integers around give
 * ({@link IntegerContext}).
 *
 * <p>With a {@link Trellis} the integers are reconstruction points of dependent quantization, and
 * what is coded are their indices, with contexts of their own for each of the two quantizers.
 *
 * <p>Stored form: for each segment of about {@link #SEGMENT} integers (a multiple of the group) the
 * length of its bytes as a varint, then the segments. Segments share nothing, so that they can be
 * decoded in parallel and in any order; the trellis starts anew in each.
 */
public final class IntegerCoder {
  /** Integers of a segment: learning anew in each costs 0.2 %, measured at 4 bits. */
  public static final int SEGMENT = 1 << 18;

  private IntegerCoder() {}

  /** Writes all of the values; any integers. */
  public static void encode(ByteWriter out, int[] values, IntegerLayout layout) {
    encode(out, values, layout, Trellis.NONE);
  }

  /**
   * Writes all of the reconstruction points.
   *
   * @param points a path through the trellis: each a point of the quantizer whose turn it is
   */
  public static void encode(ByteWriter out, int[] points, IntegerLayout layout, Trellis trellis) {
    int length = segmentLength(layout);
    int segments = segments(points.length, length);
    byte[][] coded = new byte[segments][];
    for (int s = 0; s < segments; s++) {
      int from = s * length;
      coded[s] =
          encodeSegment(points, from, Math.min(length, points.length - from), layout, trellis);
    }
    for (byte[] bytes : coded) {
      out.writeVarint(bytes.length);
    }
    for (byte[] bytes : coded) {
      out.writeBytes(bytes);
    }
  }

  /** Reads {@code count} values that were written without a trellis. */
  public static int[] decode(ByteReader in, int count, IntegerLayout layout) {
    return decode(in, count, layout, Trellis.NONE);
  }

  /**
   * Reads {@code count} values.
   *
   * @throws CorruptDataException if the bytes are not such a stream
   */
  public static int[] decode(ByteReader in, int count, IntegerLayout layout, Trellis trellis) {
    int length = segmentLength(layout);
    int segments = checkedSegments(in, count, length);
    int[] lengths = new int[segments];
    for (int s = 0; s < segments; s++) {
      lengths[s] = in.readVarint(in.remaining(), "length of a segment");
    }
    int[] points = new int[count];
    for (int s = 0; s < segments; s++) {
      int from = s * length;
      byte[] bytes = in.readBytes(lengths[s]);
      decodeSegment(bytes, points, from, Math.min(length, count - from), layout, trellis);
    }
    return points;
  }

  /**
   * Cuts the stream of {@code count} integers out of the bytes without decoding it; {@link #decode}
   * reads the result.
   *
   * @throws CorruptDataException if the lengths do not fit the bytes
   */
  public static byte[] readStream(ByteReader in, int count, IntegerLayout layout) {
    int segments = checkedSegments(in, count, segmentLength(layout));
    ByteWriter out = new ByteWriter();
    long total = 0;
    for (int s = 0; s < segments; s++) {
      int bytes = in.readVarint(in.remaining(), "length of a segment");
      out.writeVarint(bytes);
      total += bytes;
    }
    if (total > in.remaining()) {
      throw new CorruptDataException(
          "segments of %d bytes in %d bytes".formatted(total, in.remaining()));
    }
    out.writeBytes(in.readBytes((int) total));
    return out.toByteArray();
  }

  /** Integers of a segment: {@link #SEGMENT} rounded down to whole groups; the trellis restarts. */
  public static int segmentLength(IntegerLayout layout) {
    return Math.max(1, SEGMENT / layout.groupLength()) * layout.groupLength();
  }

  private static int checkedSegments(ByteReader in, int count, int length) {
    int segments = segments(count, length);
    if (segments > in.remaining()) {
      throw new CorruptDataException(
          "%d segments of integers in %d bytes".formatted(segments, in.remaining()));
    }
    return segments;
  }

  private static int segments(int count, int length) {
    return count / length + (count % length == 0 ? 0 : 1);
  }

  private static byte[] encodeSegment(
      int[] points, int from, int count, IntegerLayout layout, Trellis trellis) {
    RangeEncoder encoder = new RangeEncoder();
    IntegerModels models = IntegerModels.start(trellis);
    IntegerContext near = new IntegerContext(count, layout);
    int state = 0;
    for (int i = from; i < from + count; i++) {
      int index = trellis.index(state, points[i]);
      models.encode(encoder, near.context(), near.mirrored(), trellis.quantizer(state), index);
      near.learn(points[i]);
      state = trellis.next(state, index);
    }
    return encoder.finish();
  }

  private static void decodeSegment(
      byte[] bytes, int[] points, int from, int count, IntegerLayout layout, Trellis trellis) {
    RangeDecoder decoder = new RangeDecoder(bytes);
    IntegerModels models = IntegerModels.start(trellis);
    IntegerContext near = new IntegerContext(count, layout);
    int state = 0;
    for (int i = from; i < from + count; i++) {
      int index = models.decode(decoder, near.context(), near.mirrored(), trellis.quantizer(state));
      int point = trellis.point(state, index);
      points[i] = point;
      near.learn(point);
      state = trellis.next(state, index);
    }
  }
}
