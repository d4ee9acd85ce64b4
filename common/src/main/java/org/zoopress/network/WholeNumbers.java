package org.zoopress.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.zoopress.tensor.DType;

/** Elements of whole numbers and of truth values. */
final class WholeNumbers {
  private WholeNumbers() {}

  /**
   * Reads elements.
   *
   * @param bytes packed and little-endian
   * @return empty for a type of no whole numbers; unsigned ones of 64 bits are taken as signed
   */
  static Optional<long[]> of(DType dtype, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[bytes.length / dtype.bytes()];
    for (int i = 0; i < values.length; i++) {
      switch (dtype) {
        case I64, U64 -> values[i] = in.getLong();
        case I32 -> values[i] = in.getInt();
        case U32 -> values[i] = Integer.toUnsignedLong(in.getInt());
        case I16 -> values[i] = in.getShort();
        case U16 -> values[i] = Short.toUnsignedLong(in.getShort());
        case I8 -> values[i] = in.get();
        case U8 -> values[i] = Byte.toUnsignedLong(in.get());
        case BOOL -> values[i] = in.get() == 0 ? 0 : 1;
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(values);
  }
}
