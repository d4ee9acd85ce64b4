package org.zoopress.method.scalar;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.coding.Trellis;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.SharedId;
import org.zoopress.method.WeightLayout;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Quantized weights: reconstruction points, entropy coded, and their steps.
 *
 * <p>Stored form:
 *
 * <pre>
 *   byte     trellis code, + 16 if each row has its own step, + 32 if points are coefficients
 *   8 bytes  if so, id of the kernel transform                          ({@link SharedId})
 *   float32  step
 *   stream   if so, j of each row: step of the row = step · 2^(j/4)     ({@link IntegerCoder})
 *   stream   reconstruction points, in the layout of the shape          ({@link IntegerCoder})
 * </pre>
 *
 * Restored value: point · step of the row, in float arithmetic; of coefficients the inverse
 * transform follows, kernel by kernel.
 */
public final class ScalarFactors implements Factors {
  static final int ROW_STEPS_FLAG = 16;
  static final int TRANSFORM_FLAG = 32;

  private final Shape shape;
  private final Optional<OfferedTransform> transform;
  private final Trellis trellis;
  private final RowSteps steps;
  private final byte[] stream;
  private final String operatingPoint;

  ScalarFactors(
      Shape shape,
      Optional<OfferedTransform> transform,
      Trellis trellis,
      RowSteps steps,
      byte[] stream,
      String operatingPoint) {
    this.shape = shape;
    this.transform = transform;
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

  /** The kernel transform, if points are coefficients. */
  @Override
  public List<SharedId> shared() {
    return transform.map(OfferedTransform::id).stream().toList();
  }

  @Override
  public void write(ByteWriter out) {
    int rowSteps = steps.perRow() ? ROW_STEPS_FLAG : 0;
    out.writeByte(trellis.code() | rowSteps | (transform.isPresent() ? TRANSFORM_FLAG : 0));
    transform.ifPresent(known -> known.id().write(out));
    steps.write(out);
    out.writeBytes(stream);
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    int count = Math.toIntExact(shape.elements());
    int[] points =
        IntegerCoder.decode(new ByteReader(stream), count, layout(shape, transform), trellis);
    float[] values = steps.reconstruct(points);
    return RestoredValues.bytes(
        transform.map(known -> known.transform().inverse(values)).orElse(values), dtype);
  }

  /** How the points lie: as the weights do, but that with a transform they are frequencies. */
  static IntegerLayout layout(Shape shape, Optional<OfferedTransform> transform) {
    IntegerLayout samples = WeightLayout.of(shape);
    return transform.isPresent() ? samples.ofFrequencies() : samples;
  }
}
