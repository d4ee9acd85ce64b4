package org.zoopress.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Element type of a stored tensor. Values are little-endian and row-major everywhere in Zoopress.
 *
 * <p>The {@link #code} is part of the stored format: never renumber.
 */
public enum DType {
  F64(0, 8, true),
  F32(1, 4, true),
  F16(2, 2, true),
  BF16(3, 2, true),
  F8_E4M3(4, 1, false),
  F8_E5M2(5, 1, false),
  I64(6, 8, false),
  I32(7, 4, false),
  I16(8, 2, false),
  I8(9, 1, false),
  U64(10, 8, false),
  U32(11, 4, false),
  U16(12, 2, false),
  U8(13, 1, false),
  BOOL(14, 1, false),
  C64(15, 8, false);

  private static final DType[] BY_CODE = values();

  private final int code;
  private final int bytes;
  private final boolean compressible;

  DType(int code, int bytes, boolean compressible) {
    this.code = code;
    this.bytes = bytes;
    this.compressible = compressible;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether lossy methods may touch it; all other types pass through losslessly. */
  public boolean compressible() {
    return compressible;
  }

  /** Inverse of {@link #code}; throws {@link IllegalArgumentException} for an unknown one. */
  public static DType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("unknown dtype code " + code);
    }
    return BY_CODE[code];
  }

  /**
   * Reads elements as float32; doubles are rounded.
   *
   * @throws IllegalStateException for a type that is not {@link #compressible}
   */
  public float[] toFloats(byte[] raw) {
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[raw.length / bytes];
    switch (this) {
      case F32 -> in.asFloatBuffer().get(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) in.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float16.toFloat(in.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float16.brainToFloat(in.getShort());
        }
      }
      default -> throw new IllegalStateException(this + " holds no floating-point weights");
    }
    return values;
  }

  /**
   * Reads the next element exactly.
   *
   * @param in little-endian
   * @throws IllegalStateException for a type that is not {@link #compressible}
   */
  public double getDouble(ByteBuffer in) {
    return switch (this) {
      case F64 -> in.getDouble();
      case F32 -> in.getFloat();
      case F16 -> Float16.toFloat(in.getShort());
      case BF16 -> Float16.brainToFloat(in.getShort());
      default -> throw new IllegalStateException(this + " holds no floating-point weights");
    };
  }

  /**
   * Writes float32 values as elements of this type, rounding to nearest; inverse of {@link
   * #toFloats} up to rounding.
   */
  public byte[] fromFloats(float[] values) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(values.length, bytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (this) {
      case F32 -> out.asFloatBuffer().put(values);
      case F64 -> {
        for (float v : values) {
          out.putDouble(v);
        }
      }
      case F16 -> {
        for (float v : values) {
          out.putShort(Float16.fromFloat(v));
        }
      }
      case BF16 -> {
        for (float v : values) {
          out.putShort(Float16.floatToBrain(v));
        }
      }
      default -> throw new IllegalStateException(this + " holds no floating-point weights");
    }
    return out.array();
  }
}
