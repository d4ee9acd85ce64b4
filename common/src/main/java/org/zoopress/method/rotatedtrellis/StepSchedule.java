package org.zoopress.method.rotatedtrellis;

import java.util.Arrays;

/**
 * The order in which weights are coded, and with how many bits: what follows from the scales and
 * one offset, so that the decoder finds the same.
 *
 * <p>Weights of rate 0 are left out. The others take turns in row-major order; at each, whole bits
 * of an account to which the rates are added are shifted in. The L bits of the state before the
 * first step come first.
 */
final class StepSchedule {
  private static final int EXPONENT_ZERO = 3 * AxisScales.LARGEST;

  private final int[] positions;
  private final byte[] shifts;
  private final byte[] phases;
  private final float[] amplitudes;

  StepSchedule(RotatedLayout layout, AxisScales scales, int offset) {
    short[] rates = new short[2 * EXPONENT_ZERO + 1];
    float[] deviations = new float[rates.length];
    for (int index = 0; index < rates.length; index++) {
      int exponent = index - EXPONENT_ZERO;
      int rate = RateLadder.rate(exponent, offset);
      rates[index] = (short) rate;
      deviations[index] =
          (float)
              (StrictMath.pow(2, (double) exponent / AxisScales.PARTS)
                  * RateLadder.deviation(rate));
    }
    int most = layout.elements();
    int[] position = new int[most];
    byte[] shift = new byte[most];
    byte[] phase = new byte[most];
    float[] amplitude = new float[most];
    int[] output = scales.output();
    int[] input = scales.input();
    int[] kernel = scales.kernel();
    int steps = 0;
    int at = 0;
    int account = 0;
    int since = 0;
    for (int o = 0; o < layout.outputs(); o++) {
      int ofOutput = EXPONENT_ZERO + output[output.length == 1 ? 0 : o];
      for (int i = 0; i < layout.inputs(); i++) {
        int ofBoth = ofOutput + input[input.length == 1 ? 0 : i];
        for (int p = 0; p < kernel.length; p++, at++) {
          int index = ofBoth + kernel[p];
          int rate = rates[index];
          if (rate == 0) {
            continue;
          }
          account += rate;
          int bitsNow = account / RateLadder.PARTS;
          account %= RateLadder.PARTS;
          since = bitsNow > 0 ? 0 : since + 1;
          position[steps] = at;
          shift[steps] = (byte) bitsNow;
          phase[steps] = (byte) since;
          amplitude[steps] = deviations[index];
          steps++;
        }
      }
    }
    this.positions = Arrays.copyOf(position, steps);
    this.shifts = Arrays.copyOf(shift, steps);
    this.phases = Arrays.copyOf(phase, steps);
    this.amplitudes = Arrays.copyOf(amplitude, steps);
  }

  /**
   * The largest offset that keeps all codes within the bits.
   *
   * @param histogram of {@link AxisScales#histogram}
   */
  static int largestOffset(long[] histogram, long bits, int stateBits) {
    int low = RateLadder.lowestOffset(); // codes nothing
    int high = RateLadder.highestOffset(); // codes everything at the highest rate
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (bits(histogram, middle, stateBits) <= bits) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long bits(long[] histogram, int offset, int stateBits) {
    long parts = 0;
    for (int index = 0; index < histogram.length; index++) {
      if (histogram[index] > 0) {
        parts += histogram[index] * RateLadder.rate(index - EXPONENT_ZERO, offset);
      }
    }
    return parts == 0 ? 0 : stateBits + parts / RateLadder.PARTS;
  }

  /** Σ σ² 4^(−R) over the weights: the least error of Gaussian ones. */
  static double expectedError(long[] histogram, int offset) {
    double sum = 0;
    for (int index = 0; index < histogram.length; index++) {
      if (histogram[index] > 0) {
        int exponent = index - EXPONENT_ZERO;
        double variance = StrictMath.pow(4, (double) exponent / AxisScales.PARTS);
        double bits = (double) RateLadder.rate(exponent, offset) / RateLadder.PARTS;
        sum += histogram[index] * variance * StrictMath.pow(4, -bits);
      }
    }
    return sum;
  }

  /** Number of weights that are coded. */
  int steps() {
    return positions.length;
  }

  /** Bytes of the codes of all steps. */
  static long bytes(RotatedLayout layout, AxisScales scales, int offset, int stateBits) {
    return (bits(scales.histogram(layout), offset, stateBits) + 7) / 8;
  }

  /** States after each step to bytes. */
  byte[] encode(int[] states, int stateBits) {
    BitWriter out = new BitWriter();
    if (states.length > 0) {
      out.write(states[0] >>> shift(0), stateBits);
    }
    for (int step = 0; step < states.length; step++) {
      out.write(states[step] & ((1 << shift(step)) - 1), shift(step));
    }
    return out.toByteArray();
  }

  /** Bits shifted in at a step; at the step after the last one, any number: 1. */
  int shift(int step) {
    return step < shifts.length ? shifts[step] : 1;
  }

  /** Steps since bits were last shifted in. */
  int phase(int step) {
    return phases[step];
  }

  /** What a state's number is multiplied by. */
  float amplitude(int step) {
    return amplitudes[step];
  }

  /** Which of the rotated weights a step codes. */
  int position(int step) {
    return positions[step];
  }

  /** States to rotated weights of unit overall scale. */
  float[] values(int[] states, TrellisCode code, int elements) {
    float[] y = new float[elements];
    for (int step = 0; step < states.length; step++) {
      y[positions[step]] = code.values(phases[step])[states[step]] * amplitudes[step];
    }
    return y;
  }

  /** Codes to rotated weights of unit overall scale; what is not coded is 0. */
  float[] decode(byte[] codes, TrellisCode code, int elements) {
    float[] y = new float[elements];
    float[][] values = new float[TrellisCode.PHASES][];
    for (int phase = 0; phase < values.length; phase++) {
      values[phase] = code.values(phase);
    }
    int mask = (1 << code.stateBits()) - 1;
    BitReader in = new BitReader(codes);
    int state = in.read(code.stateBits());
    for (int step = 0; step < positions.length; step++) {
      int shift = shifts[step];
      state = (state << shift | in.read(shift)) & mask;
      y[positions[step]] = values[phases[step]][state] * amplitudes[step];
    }
    return y;
  }
}
