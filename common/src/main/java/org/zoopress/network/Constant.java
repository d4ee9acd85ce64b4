package org.zoopress.network;

import java.util.Arrays;
import org.zoopress.tensor.Shape;

/**
 * A value that does not depend on the network's input: shapes, pads, indices, small factors.
 *
 * @param shape of the value; scalars have rank 0
 * @param integers elements if it is of whole numbers or truth values, else empty
 * @param floats elements if it is of real numbers, else empty
 */
public record Constant(Shape shape, long[] integers, float[] floats) {

  /** Of whole numbers. */
  public static Constant ofIntegers(Shape shape, long... values) {
    return new Constant(shape, values, new float[0]);
  }

  /** Of real numbers. */
  public static Constant ofFloats(Shape shape, float... values) {
    return new Constant(shape, new long[0], values);
  }

  /** Whether it holds real numbers. */
  public boolean isFloat() {
    return floats.length == shape.elements();
  }

  /** Whether it has the same shape and the same elements. */
  boolean sameAs(Constant other) {
    return shape.equals(other.shape)
        && Arrays.equals(integers, other.integers)
        && Arrays.equals(floats, other.floats);
  }
}
