package org.zoopress.method.secondorder;

import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;

/**
 * Parameters of channels (biases, scales and shifts of batch norms) as multiples of a step of their
 * own.
 */
public final class SideParameters implements StoredMember {
  /** More values than any layer has channels. */
  static final int MOST_VALUES = 1 << 22;

  static final int MOST_BITS = 16;

  /** Multiples stay exact as float32. */
  private static final double LARGEST_MULTIPLE = 1 << 22;

  private final int stepCode;
  private final int[] multiples;

  SideParameters(int stepCode, int[] multiples) {
    this.stepCode = stepCode;
    this.multiples = multiples;
  }

  /**
   * Rounds the values to at most 2^bits levels between the smallest and the largest.
   *
   * @param values finite, at least one and at most 2^22
   * @param bits 1 to 16; entropy coding takes less
   */
  public static SideParameters of(float[] values, int bits) {
    if (values.length < 1 || values.length > MOST_VALUES || bits < 1 || bits > MOST_BITS) {
      throw new IllegalArgumentException("%d values of %d bits".formatted(values.length, bits));
    }
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a parameter is " + value);
      }
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    double most = Math.max(Math.abs(smallest), Math.abs(largest));
    // A constant has the precision of its magnitude.
    double range = largest > smallest ? largest - smallest : most;
    double wanted = Math.max(range / ((1 << bits) - 1), most / LARGEST_MULTIPLE);
    int code = wanted > 0 ? ColumnSteps.ceiling(wanted) : 0;
    float step = ColumnSteps.step(code);
    int[] multiples = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      multiples[i] = (int) Math.rint((double) values[i] / step);
    }
    return new SideParameters(code, multiples);
  }

  int stepCode() {
    return stepCode;
  }

  int[] multiples() {
    return multiples;
  }

  /** The values that a decoder finds. */
  public float[] restored() {
    float step = ColumnSteps.step(stepCode);
    float[] values = new float[multiples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = multiples[i] * step;
    }
    return values;
  }

  @Override
  public long elements() {
    return multiples.length;
  }

  @Override
  public byte[] restore(DType dtype) {
    return RestoredValues.bytes(restored(), dtype);
  }
}
