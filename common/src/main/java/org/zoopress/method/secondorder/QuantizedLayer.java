package org.zoopress.method.secondorder;

import java.util.Optional;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.Trellis;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** A quantized weight: a reconstruction point for each coefficient, and a step a frequency. */
public final class QuantizedLayer implements CodedLayer {
  private final Shape shape;
  private final Optional<KernelTransform> transform;
  private final Trellis trellis;
  private final ColumnSteps steps;
  private final int[] points;
  private final double bits;
  private final boolean inputsFirst;

  /**
   * @param points in the order of {@link ColumnLayout}
   */
  QuantizedLayer(
      Shape shape,
      Optional<KernelTransform> transform,
      Trellis trellis,
      ColumnSteps steps,
      int[] points,
      double bits) {
    this(shape, transform, trellis, steps, points, bits, false);
  }

  private QuantizedLayer(
      Shape shape,
      Optional<KernelTransform> transform,
      Trellis trellis,
      ColumnSteps steps,
      int[] points,
      double bits,
      boolean inputsFirst) {
    this.shape = shape;
    this.transform = transform;
    this.trellis = trellis;
    this.steps = steps;
    this.points = points;
    this.bits = bits;
    this.inputsFirst = inputsFirst;
  }

  @Override
  public QuantizedLayer inputsFirst() {
    if (shape.rank() != 2) {
      throw new IllegalStateException("weights of %s with inputs first".formatted(shape));
    }
    return new QuantizedLayer(shape, transform, trellis, steps, points, bits, true);
  }

  boolean isInputsFirst() {
    return inputsFirst;
  }

  @Override
  public Shape storedShape() {
    return inputsFirst ? Shape.of(shape.dim(1), shape.dim(0)) : shape;
  }

  @Override
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

  ColumnSteps steps() {
    return steps;
  }

  int[] points() {
    return points;
  }

  ColumnLayout layout() {
    return ColumnOrder.layout(shape);
  }

  @Override
  public float[] restored() {
    ColumnOrder order = new ColumnOrder(shape, transform);
    return order.inverse(steps.reconstruct(points, order.layout()));
  }

  @Override
  public double bits() {
    return bits;
  }

  @Override
  public long elements() {
    return shape.elements();
  }

  @Override
  public byte[] restore(DType dtype) {
    float[] values = restored();
    return RestoredValues.bytes(
        inputsFirst ? RowOrder.transposed(values, layout().outputs()) : values, dtype);
  }
}
