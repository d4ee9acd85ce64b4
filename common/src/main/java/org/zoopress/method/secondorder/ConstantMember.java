package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * A tensor all of whose elements are one float32: the mean 0 and the variance 1 − ε of a folded
 * batch norm.
 */
public record ConstantMember(float value, Shape shape) implements StoredMember {
  /** Checks that the value is finite. */
  public ConstantMember {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("a constant of " + value);
    }
  }

  /** One value, bit for bit. */
  public static ConstantMember of(float value, Shape shape) {
    return new ConstantMember(value, shape);
  }

  @Override
  public long elements() {
    return shape.elements();
  }

  @Override
  public byte[] restore(DType dtype) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    Arrays.fill(values, value);
    return RestoredValues.bytes(values, dtype);
  }
}
