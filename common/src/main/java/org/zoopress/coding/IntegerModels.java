package org.zoopress.coding;

/** The adaptive decisions that one integer is coded with; see {@link IntegerCoder}. */
final class IntegerModels {
  /** Exponents 0 to 30 of a magnitude; 31 only for {@link Integer#MIN_VALUE}. */
  private static final int EXPONENTS = 32;

  /** Mantissa bits that are modelled: a tree of three nodes an exponent. */
  private static final int MODELLED_BITS = 2;

  private final BitModels zero;
  private final BitModels sign;
  private final BitModels exponent;
  private final BitModels mantissa;

  IntegerModels(int fastShift, int slowShift) {
    zero = new BitModels(Neighbourhood.SPREADS, fastShift, slowShift);
    sign = new BitModels(Neighbourhood.SIGNS, fastShift, slowShift);
    exponent = new BitModels(Neighbourhood.SPREADS * EXPONENTS, fastShift, slowShift);
    mantissa = new BitModels(EXPONENTS << MODELLED_BITS, fastShift, slowShift);
  }

  void encode(RangeEncoder encoder, int spread, int signs, int value) {
    encoder.encode(zero, spread, value == 0 ? 1 : 0);
    if (value == 0) {
      return;
    }
    encoder.encode(sign, signs, value < 0 ? 1 : 0);
    int magnitude = Math.abs(value); // as unsigned, which Integer.MIN_VALUE needs
    int last = 31 - Integer.numberOfLeadingZeros(magnitude);
    int base = spread * EXPONENTS;
    for (int e = 0; e < last; e++) {
      encoder.encode(exponent, base + e, 1);
    }
    if (last < EXPONENTS - 1) {
      encoder.encode(exponent, base + last, 0);
    }
    int node = 1;
    int left = last;
    while (left > 0 && node < 1 << MODELLED_BITS) {
      left--;
      int bit = magnitude >>> left & 1;
      encoder.encode(mantissa, (last << MODELLED_BITS) + node, bit);
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

  int decode(RangeDecoder decoder, int spread, int signs) {
    if (decoder.decode(zero, spread) == 1) {
      return 0;
    }
    int negative = decoder.decode(sign, signs);
    int base = spread * EXPONENTS;
    int last = 0;
    while (last < EXPONENTS - 1 && decoder.decode(exponent, base + last) == 1) {
      last++;
    }
    int magnitude = 1;
    int node = 1;
    int left = last;
    while (left > 0 && node < 1 << MODELLED_BITS) {
      left--;
      int bit = decoder.decode(mantissa, (last << MODELLED_BITS) + node);
      node = 2 * node + bit;
      magnitude = magnitude << 1 | bit;
    }
    if (left > 16) {
      magnitude = magnitude << (left - 16) | decoder.decodeDirect(left - 16);
      left = 16;
    }
    if (left > 0) {
      magnitude = magnitude << left | decoder.decodeDirect(left);
    }
    return negative == 1 ? -magnitude : magnitude;
  }
}
