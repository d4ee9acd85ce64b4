package org.zoopress.method.scalar;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.Trellis;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.WeightLayout;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Quantized weights: reconstruction points, entropy coded, and their steps.
 *
 * <p>Stored form:
 *
 * <pre>
 *   byte     trellis code, + 16 if each row has its own step
 *   float32  step
 *   stream   if so, j of each row: step of the row = step · 2^(j/4)     ({@link IntegerCoder})
 *   stream   reconstruction points, in the layout of the shape          ({@link IntegerCoder})
 * </pre>
 *
 * Restored value: point · step of the row, in float arithmetic.
 */
public final class ScalarFactors implements Factors {
  static final int ROW_STEPS_FLAG = 16;

  private final Shape shape;
  private final Trellis trellis;
  private final RowSteps steps;
  private final byte[] stream;
  private final String operatingPoint;

  ScalarFactors(
      Shape shape, Trellis trellis, RowSteps steps, byte[] stream, String operatingPoint) {
    this.shape = shape;
    this.trellis = trellis;
    this.steps = steps;
    this.stream = stream;
    this.operatingPoint = operatingPoint;
  }

  @Override
  public MethodId method() {
    return MethodId.SCALAR;
  }

  /** As asked for where the factors were solved; {@code step=…} where they were read. */
  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  /** Distance of neighbouring reconstruction points, before any row's own factor. */
  public float step() {
    return steps.step();
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(trellis.code() | (steps.perRow() ? ROW_STEPS_FLAG : 0));
    steps.write(out);
    out.writeBytes(stream);
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    int count = Math.toIntExact(shape.elements());
    int[] points =
        IntegerCoder.decode(new ByteReader(stream), count, WeightLayout.of(shape), trellis);
    return RestoredValues.bytes(steps.reconstruct(points), dtype);
  }
}
