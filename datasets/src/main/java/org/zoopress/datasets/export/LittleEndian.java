package org.zoopress.datasets.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values as both formats store them. */
final class LittleEndian {
  private LittleEndian() {}

  /** Four bytes a value. */
  static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
