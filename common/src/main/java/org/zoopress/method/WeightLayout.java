package org.zoopress.method;

import org.zoopress.coding.IntegerLayout;
import org.zoopress.tensor.Shape;

/** How the weights of a shape lie for {@link org.zoopress.coding.IntegerCoder}. */
public final class WeightLayout {
  /** Kernels up to 7 × 7, or 3 × 3 × 3, are groups; longer ones are read as plain columns. */
  private static final long LARGEST_KERNEL = 49;

  private WeightLayout() {}

  /**
   * Rows are output channels; of (O, I, k…) each kernel k… is a group. A vector is one row.
   *
   * @param shape with at least one element and at most 2^31 − 1
   */
  public static IntegerLayout of(Shape shape) {
    if (shape.rank() < 2) {
      return IntegerLayout.matrix(Math.toIntExact(shape.elements()));
    }
    int row = Math.toIntExact(shape.rowElements());
    long kernel = shape.rank() < 3 ? 1 : row / shape.dim(1);
    return new IntegerLayout(row, kernel <= LARGEST_KERNEL ? (int) kernel : 1);
  }
}
