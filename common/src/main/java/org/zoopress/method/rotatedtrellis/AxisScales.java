package org.zoopress.method.rotatedtrellis;

import java.util.Arrays;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;

/**
 * Scales of rotated weights as a product over the axes: 2^((a_o + c_i + b_p)/4) for output channel
 * o, input channel i and kernel coefficient p. A mixed axis has no scales of its own.
 *
 * @param output a_o, one an output channel or one 0
 * @param input c_i, one an input channel or one 0
 * @param kernel b_p, one a coefficient
 */
record AxisScales(int[] output, int[] input, int[] kernel) {
  /** Parts of an octave: a scale off by an eighth of one costs 0.4 % of the error. */
  static final int PARTS = 4;

  /** Largest exponent of an axis: weights 25 octaves smaller than others are none. */
  static final int LARGEST = 100;

  private static final int ROUNDS = 5;

  /** 2^(−e/4) of exponent e at index e + 3 · {@link #LARGEST}. */
  private static final double[] POWERS = powers();

  private static double[] powers() {
    double[] powers = new double[6 * LARGEST + 1];
    for (int index = 0; index < powers.length; index++) {
      powers[index] = StrictMath.pow(2, (3.0 * LARGEST - index) / PARTS);
    }
    return powers;
  }

  /**
   * Scales under which independent Gaussian numbers would most likely be these: alternating means,
   * as each axis has a closed form given the others.
   *
   * @param x the rotated weights
   */
  static AxisScales fit(float[] x, RotatedLayout layout) {
    double[][] variances = {
      ones(layout.outputScales()), ones(layout.inputScales()), ones(layout.kernel())
    };
    for (int round = 0; round < ROUNDS; round++) {
      for (int axis = 0; axis < variances.length; axis++) {
        if (variances[axis].length > 1) {
          variances[axis] = refitted(x, layout, variances, axis);
        }
      }
    }
    return new AxisScales(
        exponents(variances[0]), exponents(variances[1]), exponents(variances[2]));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static double[] refitted(
      float[] x, RotatedLayout layout, double[][] variances, int axis) {
    double[] sums = new double[variances[axis].length];
    double[] outputs = variances[0];
    double[] inputs = variances[1];
    double[] kernel = variances[2];
    int at = 0;
    for (int o = 0; o < layout.outputs(); o++) {
      int oScale = outputs.length == 1 ? 0 : o;
      for (int i = 0; i < layout.inputs(); i++) {
        int iScale = inputs.length == 1 ? 0 : i;
        for (int p = 0; p < kernel.length; p++, at++) {
          int own = axis == 0 ? oScale : axis == 1 ? iScale : p;
          double others =
              axis == 0
                  ? inputs[iScale] * kernel[p]
                  : axis == 1 ? outputs[oScale] * kernel[p] : outputs[oScale] * inputs[iScale];
          sums[own] += (double) x[at] * x[at] / others;
        }
      }
    }
    double largest = Arrays.stream(sums).max().orElse(0);
    if (!(largest > 0)) {
      return ones(sums.length);
    }
    // The floor keeps quotients finite; such weights are stored as zeros.
    return Arrays.stream(sums).map(sum -> Math.max(sum / largest, 0x1p-50)).toArray();
  }

  /** Quarters of octaves of the deviations, about their mean. */
  private static int[] exponents(double[] variances) {
    double[] octaves = new double[variances.length];
    for (int i = 0; i < octaves.length; i++) {
      octaves[i] = PARTS / 2.0 * StrictMath.log(variances[i]) / StrictMath.log(2);
    }
    double mean = Arrays.stream(octaves).sum() / octaves.length;
    int[] exponents = new int[octaves.length];
    for (int i = 0; i < exponents.length; i++) {
      exponents[i] = (int) Math.max(-LARGEST, Math.min(LARGEST, Math.rint(octaves[i] - mean)));
    }
    return exponents;
  }

  /**
   * Of the weights over their scales.
   *
   * @param deviation root mean square; 1 if all are 0
   * @param kurtosis fourth moment over the squared second; 3 if all are 0
   */
  record Moments(double deviation, double kurtosis) {}

  /**
   * Moments of rotated weights over their scales; those too small beside others ever to be coded
   * are left out, since the floor of the scales is not theirs.
   */
  Moments moments(float[] x, RotatedLayout layout) {
    int lowest =
        largest(output) + largest(input) + largest(kernel) - (RateLadder.MOST_BITS + 1) * PARTS;
    double second = 0;
    double fourth = 0;
    long count = 0;
    int at = 0;
    for (int o = 0; o < layout.outputs(); o++) {
      for (int i = 0; i < layout.inputs(); i++) {
        for (int p = 0; p < kernel.length; p++, at++) {
          int exponent =
              output[output.length == 1 ? 0 : o] + input[input.length == 1 ? 0 : i] + kernel[p];
          if (exponent >= lowest) {
            double scaled = x[at] * POWERS[exponent + 3 * LARGEST];
            second += scaled * scaled;
            fourth += scaled * scaled * scaled * scaled;
            count++;
          }
        }
      }
    }
    return second == 0
        ? new Moments(1, 3)
        : new Moments(Math.sqrt(second / count), fourth / second / second * count);
  }

  private static int largest(int[] exponents) {
    return Arrays.stream(exponents).max().orElse(0);
  }

  void write(ByteWriter out) {
    for (int[] axis : new int[][] {output, input, kernel}) {
      if (axis.length > 1) {
        IntegerCoder.encode(out, axis, IntegerLayout.SEQUENCE);
      }
    }
  }

  static AxisScales read(ByteReader in, RotatedLayout layout) {
    return new AxisScales(
        axis(in, layout.outputScales()), axis(in, layout.inputScales()), axis(in, layout.kernel()));
  }

  private static int[] axis(ByteReader in, int count) {
    if (count == 1) {
      return new int[1];
    }
    int[] exponents = IntegerCoder.decode(in, count, IntegerLayout.SEQUENCE);
    for (int exponent : exponents) {
      if (exponent < -LARGEST || exponent > LARGEST) {
        throw new CorruptDataException("a scale is 2^(%d/4)".formatted(exponent));
      }
    }
    return exponents;
  }

  /** How many weights have each exponent e: count at index e − 3 · (−{@link #LARGEST}). */
  long[] histogram(RotatedLayout layout) {
    long[] counts = {1};
    counts = convolved(counts, output, layout.outputs());
    counts = convolved(counts, input, layout.inputs());
    return convolved(counts, kernel, layout.kernel());
  }

  private static long[] convolved(long[] counts, int[] axis, int length) {
    long[] result = new long[counts.length + 2 * LARGEST];
    for (int exponent : axis) {
      for (int e = 0; e < counts.length; e++) {
        result[e + exponent + LARGEST] += counts[e] * (length / axis.length);
      }
    }
    return result;
  }
}
