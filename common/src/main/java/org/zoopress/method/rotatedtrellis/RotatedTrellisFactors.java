package org.zoopress.method.rotatedtrellis;

import java.util.Locale;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Codes of one weight, and scales.
 *
 * <p>Stored form:
 *
 * <pre>
 *   byte     L − 8, + 16 if input channels are mixed, + 32 if output channels are,
 *            + 64 · code of the {@link Tails}
 *   float32  scale
 *   varint   offset of the rates, signed, in 256ths of a bit
 *   stream   a_o of each output channel, unless mixed or only one      (IntegerCoder)
 *   stream   c_i of each input channel, unless mixed or only one       (IntegerCoder)
 *   stream   b_p of each kernel coefficient, unless only one           (IntegerCoder)
 *   bits     first state, then of all steps; high bits first, the last byte filled up </pre>
 *
 * The number of bits follows from scales and offset. Restored: scale · Qᵀy, y the decoded numbers,
 * Q the rotation of the {@link RotatedLayout}.
 */
public final class RotatedTrellisFactors implements Factors {
  private static final int MIXED_INPUTS = 16;
  private static final int MIXED_OUTPUTS = 32;
  private static final int TAILS = 64;

  private final RotatedLayout layout;
  private final TrellisCode code;
  private final float scale;
  private final int offset;
  private final AxisScales scales;
  private final byte[] codes;
  private final String operatingPoint;

  RotatedTrellisFactors(
      RotatedLayout layout,
      TrellisCode code,
      float scale,
      int offset,
      AxisScales scales,
      byte[] codes,
      String operatingPoint) {
    this.layout = layout;
    this.code = code;
    this.scale = scale;
    this.offset = offset;
    this.scales = scales;
    this.codes = codes;
    this.operatingPoint = operatingPoint;
  }

  static String operatingPoint(double bits) {
    return String.format(Locale.ROOT, "bits=%s", bits);
  }

  /** Bytes before the codes. */
  static int headerBytes(int offset, AxisScales scales) {
    ByteWriter out = new ByteWriter();
    writeHeader(out, 0, 0, offset, scales);
    return out.size();
  }

  private static void writeHeader(
      ByteWriter out, int head, float scale, int offset, AxisScales scales) {
    out.writeByte(head);
    out.writeFloat(scale);
    out.writeSignedVarint(offset);
    scales.write(out);
  }

  @Override
  public MethodId method() {
    return MethodId.ROTATED_TRELLIS;
  }

  /** As asked for where the factors were solved; bits of the codes alone where they were read. */
  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  /** Whether output channels were rotated into one another. */
  boolean mixesOutputs() {
    return layout.mixOutputs();
  }

  /** Whether input channels were rotated into one another. */
  boolean mixesInputs() {
    return layout.mixInputs();
  }

  @Override
  public void write(ByteWriter out) {
    int head =
        code.stateBits()
            - TrellisCode.FEWEST_STATE_BITS
            + (layout.mixInputs() ? MIXED_INPUTS : 0)
            + (layout.mixOutputs() ? MIXED_OUTPUTS : 0)
            + code.tails().code() * TAILS;
    writeHeader(out, head, scale, offset, scales);
    out.writeBytes(codes);
  }

  static RotatedTrellisFactors read(ByteReader in, Shape shape) {
    int head = in.readByte();
    int stateBits = TrellisCode.FEWEST_STATE_BITS + head % MIXED_INPUTS;
    if (stateBits > TrellisCode.MOST_STATE_BITS) {
      throw new CorruptDataException("trellis of 2^%d states".formatted(stateBits));
    }
    RotatedLayout layout =
        RotatedLayout.of(shape, (head & MIXED_OUTPUTS) != 0, (head & MIXED_INPUTS) != 0);
    float scale = in.readFloat();
    if (!Float.isFinite(scale)) {
      throw new CorruptDataException("scale of rotated weights is " + scale);
    }
    long offset = in.readSignedVarint();
    if (offset < RateLadder.lowestOffset() || offset > RateLadder.highestOffset()) {
      throw new CorruptDataException("offset of rates is " + offset);
    }
    AxisScales scales = AxisScales.read(in, layout);
    long bytes =
        StepSchedule.bytes(layout, scales, (int) offset, stateBits); // before arrays for the codes
    if (bytes > in.remaining()) {
      throw new CorruptDataException(
          "codes of %d bytes in %d bytes".formatted(bytes, in.remaining()));
    }
    byte[] codes = in.readBytes((int) bytes);
    return new RotatedTrellisFactors(
        layout,
        TrellisCode.of(stateBits, Tails.ofCode(head / TAILS)),
        scale,
        (int) offset,
        scales,
        codes,
        String.format(Locale.ROOT, "code-bits=%.2f", 8.0 * bytes / shape.elements()));
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    float[] weights =
        new StepSchedule(layout, scales, offset).decode(codes, code, layout.elements());
    layout.inverse(weights);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= scale;
    }
    return RestoredValues.bytes(weights, dtype);
  }
}
