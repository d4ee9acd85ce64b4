package org.zoopress.method.lossless;

import org.zoopress.coding.BytePlanes;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.ZstdBytes;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * The elements, bit for bit.
 *
 * <p>Stored form: one byte with the {@link Packing} (bits 0–1) and the binary logarithm of an
 * element's bytes (bits 2–3); then the elements as they are, or the length of their packed bytes as
 * a varint and these.
 */
public final class LosslessFactors implements Factors {
  /** How the elements are packed; the ordinal is part of the stored format. */
  enum Packing {
    /** As they are. */
    RAW,
    /** As one zstd frame: best where whole elements repeat. */
    ZSTD,
    /** As {@link BytePlanes}. */
    PLANES,
    /** As byte planes of elements rotated left by one bit: floats. */
    ROTATED_PLANES
  }

  private final Shape shape;
  private final Packing packing;
  private final int width;
  private final byte[] packed;

  LosslessFactors(Shape shape, Packing packing, int width, byte[] packed) {
    this.shape = shape;
    this.packing = packing;
    this.width = width;
    this.packed = packed;
  }

  @Override
  public MethodId method() {
    return MethodId.LOSSLESS;
  }

  @Override
  public String operatingPoint() {
    return "";
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(packing.ordinal() | Integer.numberOfTrailingZeros(width) << 2);
    if (packing == Packing.RAW) {
      out.writeBytes(packed);
    } else {
      out.writeBlob(packed);
    }
  }

  static LosslessFactors read(ByteReader in, Shape shape) {
    int head = in.readByte();
    if (head >>> 4 != 0) {
      throw new CorruptDataException("unknown packing %d of a lossless tensor".formatted(head));
    }
    Packing packing = Packing.values()[head & 3];
    int width = 1 << (head >>> 2);
    if (shape.elements() > (Integer.MAX_VALUE - 8) / width) {
      throw new CorruptDataException("%s elements of %d bytes".formatted(shape, width));
    }
    byte[] packed =
        packing == Packing.RAW ? in.readBytes((int) shape.elements() * width) : in.readBlob();
    return new LosslessFactors(shape, packing, width, packed);
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    if (dtype.bytes() != width) {
      throw new CorruptDataException(
          "elements of %d bytes stored for a tensor of %s".formatted(width, dtype));
    }
    int count = Math.toIntExact(shape.elements());
    return switch (packing) {
      case RAW -> packed.clone();
      case ZSTD -> ZstdBytes.decompress(packed, count * width);
      case PLANES -> planes(count, false);
      case ROTATED_PLANES -> planes(count, true);
    };
  }

  private byte[] planes(int count, boolean rotated) {
    ByteReader in = new ByteReader(packed);
    byte[] data = BytePlanes.decode(in, count, width, rotated);
    in.expectEnd();
    return data;
  }
}
