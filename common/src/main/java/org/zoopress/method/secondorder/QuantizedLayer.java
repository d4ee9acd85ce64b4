package org.zoopress.method.secondorder;

import java.util.Optional;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.Trellis;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** A quantized weight: a reconstruction point for each coefficient, and a step a frequency. */
public final class QuantizedLayer implements StoredMember {
  private final Shape shape;
  private final Optional<KernelTransform> transform;
  private final Trellis trellis;
  private final FrequencySteps steps;
  private final int[] points;
  private final double bits;

  /**
   * @param points in the order of {@link ColumnLayout}
   */
  QuantizedLayer(
      Shape shape,
      Optional<KernelTransform> transform,
      Trellis trellis,
      FrequencySteps steps,
      int[] points,
      double bits) {
    this.shape = shape;
    this.transform = transform;
    this.trellis = trellis;
    this.steps = steps;
    this.points = points;
    this.bits = bits;
  }

  /** Shape of the weight, outputs first. */
  public Shape shape() {
    return shape;
  }

  /** The transform of its kernels, if there is one. */
  public Optional<KernelTransform> transform() {
    return transform;
  }

  Trellis trellis() {
    return trellis;
  }

  FrequencySteps steps() {
    return steps;
  }

  int[] points() {
    return points;
  }

  ColumnLayout layout() {
    return ColumnOrder.layout(shape);
  }

  /** The weights that a decoder finds, in the order of the stored kernel. */
  public float[] restored() {
    ColumnOrder order = new ColumnOrder(shape, transform);
    return order.inverse(steps.reconstruct(points, order.layout()));
  }

  /**
   * What its points would cost if they were stored alone; as one layer of a network they cost
   * somewhat less.
   */
  public double bits() {
    return bits;
  }

  @Override
  public long elements() {
    return shape.elements();
  }

  @Override
  public byte[] restore(DType dtype) {
    return RestoredValues.bytes(restored(), dtype);
  }
}
