package org.zoopress.method;

import org.zoopress.tensor.DType;

/** The last step of every lossy {@link Factors#restore}: float32 values to elements of a dtype. */
public final class RestoredValues {
  private static final float LARGEST_HALF = 65504f;
  private static final float LARGEST_BRAIN = 0x1.FEp127f;

  private RestoredValues() {}

  /**
   * Rounds to the dtype; values beyond its largest finite number become that number, because the
   * originals were finite and only rounding led beyond it.
   *
   * @param values changed in place where they are out of range
   * @return elements, little-endian
   */
  public static byte[] bytes(float[] values, DType dtype) {
    float largest =
        switch (dtype) {
          case F16 -> LARGEST_HALF;
          case BF16 -> LARGEST_BRAIN;
          default -> Float.MAX_VALUE;
        };
    for (int i = 0; i < values.length; i++) {
      if (Math.abs(values[i]) > largest) {
        values[i] = Math.copySign(largest, values[i]);
      }
    }
    return dtype.fromFloats(values);
  }
}
