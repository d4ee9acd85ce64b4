package org.zoopress.coding;

/**
 * Codes the positions of the non-zero entries of a sparse array by the gaps between them.
 *
 * <p>Where positions are independent, a gap g of density p is geometric, P(g ≥ k) = qᵏ with q = 1 −
 * p. Written as g + 1 = 2^e + m with m &lt; 2^e, the decision “exponent above e” then has
 * probability q^(2^e), and bit j of m is one with probability q^(2^j)/(1 + q^(2^j)), independently
 * of the other bits. So every decision has its own adaptive model, the models start at these
 * probabilities, and nothing has to be learnt where positions are indeed independent. Where they
 * cluster (in rows, in kernels), the models adapt, each for short, ordinary and long gaps just
 * before.
 *
 * <p>Stored form: length of the bytes as a varint, range coded decisions. The number of positions
 * and the length of the array are known to the caller.
 */
public final class SparseIndices {
  private static final int EXPONENTS = 32;
  private static final int NEIGHBOURHOODS = 3;

  /** Observations that the geometric start is worth. */
  private static final int PRIOR_COUNT = 48;

  private static final int FAST_SHIFT = 7;
  private static final int SLOW_SHIFT = 10;

  /** A running mean of gaps covers about 2^3 of them. */
  private static final int MEAN_SHIFT = 3;

  private final BitModels exponents;
  private final BitModels mantissas;
  private final long expectedMean;
  private long mean;

  private SparseIndices(int count, int length) {
    exponents = new BitModels(NEIGHBOURHOODS * EXPONENTS, FAST_SHIFT, SLOW_SHIFT);
    mantissas = new BitModels(NEIGHBOURHOODS * EXPONENTS * EXPONENTS, FAST_SHIFT, SLOW_SHIFT);
    expectedMean = scaled(length - count) / Math.max(1, count);
    mean = expectedMean;
    prime(StrictMath.log1p(-Math.min(1 - 1e-9, (double) count / Math.max(1, length))));
  }

  /**
   * @param logQ ln q, negative
   */
  private void prime(double logQ) {
    for (int e = 0; e < EXPONENTS; e++) {
      double beyond = StrictMath.exp(logQ * (1L << e)); // q^(2^e)
      for (int near = 0; near < NEIGHBOURHOODS; near++) {
        exponents.prime(exponentPlace(near, e), beyond, PRIOR_COUNT);
        for (int exponent = e + 1; exponent < EXPONENTS; exponent++) {
          mantissas.prime(mantissaPlace(near, exponent, e), beyond / (1 + beyond), PRIOR_COUNT);
        }
      }
    }
  }

  private static int exponentPlace(int near, int exponent) {
    return near * EXPONENTS + exponent;
  }

  private static int mantissaPlace(int near, int exponent, int bit) {
    return (near * EXPONENTS + exponent) * EXPONENTS + bit;
  }

  private static long scaled(long gap) {
    return gap << (MEAN_SHIFT + 4);
  }

  /** 0 after short gaps, 2 after long ones. */
  private int neighbourhood() {
    if (4 * mean < 3 * expectedMean) {
      return 0;
    }
    return 3 * mean > 4 * expectedMean ? 2 : 1;
  }

  private void learn(int gap) {
    mean += (scaled(gap) - mean) >> MEAN_SHIFT;
  }

  /**
   * Writes the positions.
   *
   * @param positions ascending, none twice, all from 0 to {@code length - 1}
   * @param length of the array that the positions lie in
   */
  public static void encode(ByteWriter out, int[] positions, int length) {
    RangeEncoder encoder = new RangeEncoder();
    SparseIndices models = new SparseIndices(positions.length, length);
    int next = 0;
    for (int position : positions) {
      if (position < next || position >= length) {
        throw new IllegalArgumentException(
            "position %d after %d of %d".formatted(position, next - 1, length));
      }
      models.encodeGap(encoder, position - next);
      next = position + 1;
    }
    out.writeBlob(encoder.finish());
  }

  private void encodeGap(RangeEncoder encoder, int gap) {
    int near = neighbourhood();
    int value = gap + 1; // at most the length of an array
    int exponent = 31 - Integer.numberOfLeadingZeros(value);
    for (int e = 0; e < exponent; e++) {
      encoder.encode(exponents, exponentPlace(near, e), 1);
    }
    encoder.encode(exponents, exponentPlace(near, exponent), 0);
    for (int bit = exponent - 1; bit >= 0; bit--) {
      encoder.encode(mantissas, mantissaPlace(near, exponent, bit), value >>> bit & 1);
    }
    learn(gap);
  }

  /**
   * Reads {@code count} positions.
   *
   * @param count from 0 to {@code length}
   * @throws CorruptDataException if the bytes are not such positions
   */
  public static int[] decode(ByteReader in, int count, int length) {
    if (count < 0 || count > length) {
      throw new CorruptDataException("%d positions of %d".formatted(count, length));
    }
    RangeDecoder decoder = new RangeDecoder(in.readBlob());
    SparseIndices models = new SparseIndices(count, length);
    int[] positions = new int[count];
    int next = 0;
    for (int i = 0; i < count; i++) {
      long position = next + models.decodeGap(decoder);
      if (position >= length) {
        throw new CorruptDataException(
            "sparse entry %d at position %d of %d".formatted(i, position, length));
      }
      positions[i] = (int) position;
      next = positions[i] + 1;
    }
    return positions;
  }

  private long decodeGap(RangeDecoder decoder) {
    int near = neighbourhood();
    int exponent = 0;
    while (decoder.decode(exponents, exponentPlace(near, exponent)) == 1) {
      exponent++;
      if (exponent == EXPONENTS - 1) {
        throw new CorruptDataException("gap between sparse entries of more than 31 bits");
      }
    }
    int value = 1;
    for (int bit = exponent - 1; bit >= 0; bit--) {
      value = value << 1 | decoder.decode(mantissas, mantissaPlace(near, exponent, bit));
    }
    learn(value - 1);
    return value - 1L;
  }
}
