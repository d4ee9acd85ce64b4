package org.zoopress.datasets.export;

import java.nio.charset.StandardCharsets;
import org.zoopress.coding.ByteWriter;

/**
 * A message in the protobuf wire format: each field is its number and wire type as a varint, then
 * its value. Fields are written in the order of the calls.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, Encoding</a>
 */
final class ProtobufWriter {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteWriter out = new ByteWriter();

  /** A non-negative integer or enum value. */
  ProtobufWriter integer(int field, long value) {
    tag(field, VARINT);
    out.writeVarint(value);
    return this;
  }

  ProtobufWriter float32(int field, float value) {
    tag(field, FIXED_32);
    out.writeFloat(value);
    return this;
  }

  ProtobufWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufWriter bytes(int field, byte[] value) {
    tag(field, LENGTH_DELIMITED);
    out.writeBlob(value);
    return this;
  }

  ProtobufWriter message(int field, ProtobufWriter value) {
    return bytes(field, value.toByteArray());
  }

  /** All fields of another message, as if they had been written here. */
  ProtobufWriter append(ProtobufWriter other) {
    out.writeBytes(other.toByteArray());
    return this;
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  private void tag(int field, int wireType) {
    out.writeVarint((long) field << 3 | wireType);
  }
}
