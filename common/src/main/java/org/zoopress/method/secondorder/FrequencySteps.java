package org.zoopress.method.secondorder;

import org.zoopress.coding.ColumnLayout;

/**
 * One step a frequency, each a power of 2^(1/8).
 *
 * @param codes e of 2^(e/8), one a frequency
 */
record FrequencySteps(int[] codes) {
  private static final int OCTAVE = 8;

  /** 2^−149, the smallest float32. */
  static final int SMALLEST = -149 * OCTAVE;

  /** 2^127. */
  static final int LARGEST = 127 * OCTAVE;

  private static final double LN_2 = StrictMath.log(2);

  /** The nearest that can be stored. */
  static FrequencySteps nearest(double[] steps) {
    int[] codes = new int[steps.length];
    for (int f = 0; f < steps.length; f++) {
      codes[f] = nearest(steps[f]);
    }
    return new FrequencySteps(codes);
  }

  private static int nearest(double step) {
    double exact = OCTAVE * StrictMath.log(step) / LN_2;
    return (int) Math.rint(Math.max(SMALLEST, Math.min(LARGEST, exact)));
  }

  /** The least that can be stored and is not below. */
  static int ceiling(double step) {
    double exact = OCTAVE * StrictMath.log(step) / LN_2;
    return (int) Math.ceil(Math.max(SMALLEST, Math.min(LARGEST, exact)));
  }

  /** 2^(code/8). */
  static float step(int code) {
    return (float) StrictMath.pow(2, code / (double) OCTAVE);
  }

  /** Step of a frequency. */
  float of(int frequency) {
    return step(codes[frequency]);
  }

  /** Coefficients of the points; those beyond float32 are infinite. */
  float[] reconstruct(int[] points, ColumnLayout layout) {
    float[] coefficients = new float[points.length];
    int length = layout.outputs() * layout.channels();
    for (int f = 0; f < layout.frequencies(); f++) {
      float step = of(f);
      for (int i = f * length; i < (f + 1) * length; i++) {
        coefficients[i] = points[i] * step;
      }
    }
    return coefficients;
  }
}
