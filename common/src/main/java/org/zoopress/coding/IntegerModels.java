package org.zoopress.coding;

/** The adaptive decisions that one index is coded with; see {@link IntegerCoder}. */
final class IntegerModels {
  /** Exponents 0 to 30 of a magnitude; 31 only for {@link Integer#MIN_VALUE}. */
  static final int EXPONENTS = 32;

  /** Mantissa bits that are modelled: a tree of three nodes an exponent. */
  static final int MODELLED_BITS = 2;

  private static final IntegerModels PLAIN = IntegerPrior.models(Trellis.NONE);
  private static final IntegerModels DEPENDENT = IntegerPrior.models(Trellis.STATES_8);

  private final int quantizers;
  private final BitModels zero;
  private final BitModels sign;
  private final BitModels exponent;
  private final BitModels mantissa;

  /** Bits of a decision by its probability in 1/4096. */
  private static final float[] BITS = new float[4097];

  static {
    for (int i = 1; i < BITS.length; i++) {
      BITS[i] = (float) (-StrictMath.log(i / 4096.0) / StrictMath.log(2));
    }
    BITS[0] = 13;
  }

  IntegerModels(
      int quantizers, BitModels zero, BitModels sign, BitModels exponent, BitModels mantissa) {
    this.quantizers = quantizers;
    this.zero = zero;
    this.sign = sign;
    this.exponent = exponent;
    this.mantissa = mantissa;
  }

  /** Models at the start of a segment. */
  static IntegerModels start(Trellis trellis) {
    IntegerModels prior = trellis == Trellis.NONE ? PLAIN : DEPENDENT;
    return new IntegerModels(
        prior.quantizers,
        prior.zero.copy(),
        prior.sign.copy(),
        prior.exponent.copy(),
        prior.mantissa.copy());
  }

  BitModels zero() {
    return zero;
  }

  BitModels sign() {
    return sign;
  }

  BitModels exponent() {
    return exponent;
  }

  BitModels mantissa() {
    return mantissa;
  }

  /** Place of a context under a quantizer among the zero and sign models. */
  int place(int context, int quantizer) {
    return context * quantizers + quantizer;
  }

  /** Place of the exponents on one side of the prediction: 0 its own side, 1 the other. */
  static int exponentPlace(int place, int side) {
    return (2 * place + side) * EXPONENTS;
  }

  /** Place of the mantissa tree of an exponent. */
  static int mantissaPlace(int context, int exponent) {
    return (context / IntegerContext.LOCATIONS * EXPONENTS + exponent) << MODELLED_BITS;
  }

  void encode(RangeEncoder encoder, int context, int mirrored, int quantizer, int index) {
    int place = place(context, quantizer);
    encoder.encode(zero, place, index == 0 ? 1 : 0);
    if (index == 0) {
      return;
    }
    int side = (index >>> 31) ^ mirrored;
    encoder.encode(sign, place, side);
    int magnitude = Math.abs(index); // as unsigned, which Integer.MIN_VALUE needs
    int last = 31 - Integer.numberOfLeadingZeros(magnitude);
    int base = exponentPlace(place, side);
    for (int e = 0; e < last; e++) {
      encoder.encode(exponent, base + e, 1);
    }
    if (last < EXPONENTS - 1) {
      encoder.encode(exponent, base + last, 0);
    }
    int tree = mantissaPlace(context, last);
    int node = 1;
    int left = last;
    while (left > 0 && node < 1 << MODELLED_BITS) {
      left--;
      int bit = magnitude >>> left & 1;
      encoder.encode(mantissa, tree + node, bit);
      node = 2 * node + bit;
    }
    if (left > 16) {
      encoder.encodeDirect(magnitude >>> 16, left - 16);
      left = 16;
    }
    if (left > 0) {
      encoder.encodeDirect(magnitude, left);
    }
  }

  int decode(RangeDecoder decoder, int context, int mirrored, int quantizer) {
    int place = place(context, quantizer);
    if (decoder.decode(zero, place) == 1) {
      return 0;
    }
    int side = decoder.decode(sign, place);
    int base = exponentPlace(place, side);
    int last = 0;
    while (last < EXPONENTS - 1 && decoder.decode(exponent, base + last) == 1) {
      last++;
    }
    int magnitude = 1;
    if (last > 0) {
      magnitude = decodeMantissa(decoder, mantissaPlace(context, last), last);
    }
    int negative = -(side ^ mirrored);
    return (magnitude ^ negative) - negative;
  }

  private int decodeMantissa(RangeDecoder decoder, int tree, int last) {
    int magnitude = 1;
    int left = last;
    while (left > 0 && magnitude < 1 << MODELLED_BITS) {
      left--;
      magnitude = magnitude << 1 | decoder.decode(mantissa, tree + magnitude);
    }
    if (left > 16) {
      magnitude = magnitude << (left - 16) | decoder.decodeDirect(left - 16);
      left = 16;
    }
    if (left > 0) {
      magnitude = magnitude << left | decoder.decodeDirect(left);
    }
    return magnitude;
  }

  /** Learns an index without coding it. */
  void learn(int context, int mirrored, int quantizer, int index) {
    int place = place(context, quantizer);
    zero.update(place, index == 0 ? 1 : 0);
    if (index == 0) {
      return;
    }
    int side = (index >>> 31) ^ mirrored;
    sign.update(place, side);
    int magnitude = Math.abs(index);
    int last = 31 - Integer.numberOfLeadingZeros(magnitude);
    int base = exponentPlace(place, side);
    for (int e = 0; e < last; e++) {
      exponent.update(base + e, 1);
    }
    if (last < EXPONENTS - 1) {
      exponent.update(base + last, 0);
    }
    int tree = mantissaPlace(context, last);
    int node = 1;
    for (int left = last - 1; left >= 0 && node < 1 << MODELLED_BITS; left--) {
      int bit = magnitude >>> left & 1;
      mantissa.update(tree + node, bit);
      node = 2 * node + bit;
    }
  }

  /** Bits that the index would cost now. */
  float bits(int context, int mirrored, int quantizer, int index) {
    int place = place(context, quantizer);
    if (index == 0) {
      return bits(zero, place, 1);
    }
    int side = (index >>> 31) ^ mirrored;
    float sum = bits(zero, place, 0) + bits(sign, place, side);
    int magnitude = Math.abs(index);
    int last = 31 - Integer.numberOfLeadingZeros(magnitude);
    int base = exponentPlace(place, side);
    for (int e = 0; e < last; e++) {
      sum += bits(exponent, base + e, 1);
    }
    if (last < EXPONENTS - 1) {
      sum += bits(exponent, base + last, 0);
    }
    int tree = mantissaPlace(context, last);
    int node = 1;
    int left = last;
    while (left > 0 && node < 1 << MODELLED_BITS) {
      left--;
      int bit = magnitude >>> left & 1;
      sum += bits(mantissa, tree + node, bit);
      node = 2 * node + bit;
    }
    return sum + left;
  }

  private static float bits(BitModels models, int context, int bit) {
    int one = models.probability(context);
    return BITS[(bit == 1 ? one : (1 << BitModels.PROBABILITY_BITS) - one) + 8 >>> 4];
  }
}
