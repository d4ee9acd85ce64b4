package org.zoopress.method.rotatedtrellis;

import org.zoopress.coding.ByteWriter;

/** Numbers of varying width, one after the other, high bits first; the last byte is filled up. */
final class BitWriter {
  private final ByteWriter out = new ByteWriter();
  private int pending;
  private int have;

  /**
   * @param width bits of the value, 0 to 16
   */
  void write(int value, int width) {
    pending = pending << width | value;
    have += width;
    while (have >= Byte.SIZE) {
      have -= Byte.SIZE;
      out.writeByte(pending >>> have);
    }
    pending &= (1 << have) - 1;
  }

  byte[] toByteArray() {
    if (have > 0) {
      out.writeByte(pending << (Byte.SIZE - have));
      have = 0;
    }
    return out.toByteArray();
  }
}
