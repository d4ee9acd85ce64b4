package org.zoopress.delta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.zoopress.tensor.DType;

/**
 * Differences of two tensors of equal dtype and shape, in values or in bit patterns.
 *
 * <p><b>In values</b> (for lossy coding): D = W − B in double, rounded to float32; back: B + D in
 * double, rounded to the dtype.
 *
 * <p><b>In bit patterns</b> (exact): patterns of floating-point numbers are put in the order of
 * their values (negative ones complemented), subtracted modulo 2^width, and folded so that small
 * differences of either sign are small unsigned numbers (0, −1, 1, −2, … ↦ 0, 1, 2, 3, …). Nearby
 * numbers then have high bytes of zero even where an exponent or a sign changes between them, which
 * an exclusive or would not give. A change of one size is many units in the last place of a small
 * number and few of a large one, so differences are put in the order of the base's exponents, which
 * the decoder knows: those that follow each other are then of one size, and adaptive coders learn
 * it.
 */
public final class Difference {
  private Difference() {}

  /** Unsigned integers of an element's width: the dtype of {@link #ofPatterns}. */
  public static DType patternType(DType dtype) {
    return switch (dtype.bytes()) {
      case 1 -> DType.U8;
      case 2 -> DType.U16;
      case 4 -> DType.U32;
      default -> DType.U64;
    };
  }

  /** W − B as float32; both of a floating-point type. */
  public static float[] ofValues(DType dtype, byte[] weights, byte[] base) {
    checkLengths(weights, base);
    double[] w = doubles(dtype, weights);
    double[] b = doubles(dtype, base);
    float[] difference = new float[w.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = (float) (w[i] - b[i]);
    }
    return difference;
  }

  /** B + D, rounded to the dtype. */
  public static byte[] addValues(DType dtype, float[] difference, byte[] base) {
    double[] sum = doubles(dtype, base);
    if (sum.length != difference.length) {
      throw new IllegalArgumentException(
          "%d differences to %d values".formatted(difference.length, sum.length));
    }
    if (dtype != DType.F64) {
      float[] rounded = new float[sum.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) (sum[i] + difference[i]);
      }
      return dtype.fromFloats(rounded);
    }
    ByteBuffer out = ByteBuffer.allocate(base.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < sum.length; i++) {
      out.putDouble(sum[i] + difference[i]);
    }
    return out.array();
  }

  /** W − B in bit patterns, in the order of B's exponents; elements of {@link #patternType}. */
  public static byte[] ofPatterns(DType dtype, byte[] weights, byte[] base) {
    checkLengths(weights, base);
    byte[] difference = new byte[weights.length];
    int width = dtype.bytes();
    int[] order = byExponent(dtype, base);
    for (int k = 0; k < order.length; k++) {
      int at = order[k] * width;
      long signed =
          extend(
              ordered(read(weights, at, width), width) - ordered(read(base, at, width), width),
              width);
      write(difference, k * width, width, signed << 1 ^ signed >> Long.SIZE - 1);
    }
    return difference;
  }

  /** Inverse of {@link #ofPatterns}. */
  public static byte[] addPatterns(DType dtype, byte[] difference, byte[] base) {
    checkLengths(difference, base);
    byte[] sum = new byte[base.length];
    int width = dtype.bytes();
    int[] order = byExponent(dtype, base);
    for (int k = 0; k < order.length; k++) {
      int at = order[k] * width;
      long folded = read(difference, k * width, width) & mask(width);
      long signed = folded >>> 1 ^ -(folded & 1);
      long value = extend(ordered(read(base, at, width), width) + signed, width);
      write(sum, at, width, ordered(value, width));
    }
    return sum;
  }

  /** Positions by falling exponent, equal ones in their order: a counting sort. */
  private static int[] byExponent(DType dtype, byte[] base) {
    int mantissa =
        switch (dtype) {
          case F64 -> 52;
          case F32 -> 23;
          case F16 -> 10;
          case BF16 -> 7;
          default -> throw new IllegalStateException(dtype + " holds no floating-point weights");
        };
    int width = dtype.bytes();
    int exponents = 1 << Byte.SIZE * width - 1 - mantissa;
    int count = base.length / width;
    int[] first = new int[exponents + 1];
    int[] exponent = new int[count];
    for (int i = 0; i < count; i++) {
      exponent[i] = (int) (read(base, i * width, width) >>> mantissa) & exponents - 1;
      first[exponents - exponent[i]]++;
    }
    for (int e = 0; e < exponents; e++) {
      first[e + 1] += first[e];
    }
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[first[exponents - 1 - exponent[i]]++] = i;
    }
    return order;
  }

  private static void checkLengths(byte[] one, byte[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException("%d and %d bytes".formatted(one.length, other.length));
    }
  }

  /** Sign and magnitude to two's complement in the order of values; its own inverse. */
  private static long ordered(long pattern, int width) {
    return pattern ^ (pattern >> Long.SIZE - 1 & mask(width) >>> 1);
  }

  private static long mask(int width) {
    return -1L >>> Long.SIZE - Byte.SIZE * width;
  }

  /** Sign extension of the low bytes. */
  private static long extend(long value, int width) {
    int unused = Long.SIZE - Byte.SIZE * width;
    return value << unused >> unused;
  }

  private static long read(byte[] bytes, int at, int width) {
    long value = 0;
    for (int k = width - 1; k >= 0; k--) {
      value = value << Byte.SIZE | Byte.toUnsignedLong(bytes[at + k]);
    }
    return extend(value, width);
  }

  private static void write(byte[] bytes, int at, int width, long value) {
    for (int k = 0; k < width; k++) {
      bytes[at + k] = (byte) (value >>> Byte.SIZE * k);
    }
  }

  private static double[] doubles(DType dtype, byte[] elements) {
    ByteBuffer in = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[elements.length / dtype.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = dtype.getDouble(in);
    }
    return values;
  }
}
