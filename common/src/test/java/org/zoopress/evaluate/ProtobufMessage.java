package org.zoopress.evaluate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message in protobuf's wire format, for tests: a key (field number × 8 + wire type) before each
 * value, numbers as base-128 varints, messages and arrays with their length.
 */
public final class ProtobufMessage {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A number field. */
  public ProtobufMessage number(int field, long value) {
    varint(8L * field);
    varint(value);
    return this;
  }

  /** A float32 field. */
  public ProtobufMessage real(int field, float value) {
    varint(8L * field + 5);
    int bits = Integer.reverseBytes(Float.floatToIntBits(value));
    out.writeBytes(ByteBuffer.allocate(Float.BYTES).putInt(bits).array());
    return this;
  }

  /** A string field. */
  public ProtobufMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message in this one. */
  public ProtobufMessage message(int field, ProtobufMessage value) {
    return bytes(field, value.bytes());
  }

  /** A field of bytes. */
  public ProtobufMessage bytes(int field, byte[] value) {
    varint(8L * field + 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** All that was added. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
      out.write((int) (rest & 0x7F | 0x80));
    }
    out.write((int) rest);
  }
}
