package org.zoopress.zoo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Emits protobuf messages for tests, field by field in the order of the calls. */
final class Proto {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Proto number(int field, long value) {
    return varint((long) field << 3).varint(value);
  }

  Proto bytes(int field, byte[] value) {
    return varint((long) field << 3 | 2).varint(value.length).raw(value);
  }

  Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Proto message(int field, Proto value) {
    return bytes(field, value.toByteArray());
  }

  /** A float outside of a packed field. */
  Proto fixed32(int field, float value) {
    return varint((long) field << 3 | 5)
        .raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
  }

  Proto varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  Proto raw(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  /** A model of this graph, with the usual fields around it. */
  static byte[] model(Proto graph) {
    return new Proto()
        .number(1, 8)
        .text(2, "a test")
        .message(7, graph)
        .message(8, new Proto().text(1, "").number(2, 13))
        .message(14, new Proto().text(1, "key").text(2, "value"))
        .toByteArray();
  }

  /** TensorProto without values. */
  static Proto tensor(String name, int type, long... dims) {
    Proto tensor = new Proto();
    for (long n : dims) {
      tensor.number(1, n);
    }
    return tensor.number(2, type).text(8, name);
  }

  /** TensorProto with values in an external file; texts that are null are left out. */
  static Proto external(
      String name, int type, String location, String offset, String length, long... dims) {
    Proto tensor = tensor(name, type, dims);
    String[][] entries = {{"location", location}, {"offset", offset}, {"length", length}};
    for (String[] entry : entries) {
      if (entry[1] != null) {
        tensor.message(13, new Proto().text(1, entry[0]).text(2, entry[1]));
      }
    }
    return tensor.number(14, 1);
  }

  /** Constant node with a tensor as value. */
  static Proto constant(String output, Proto tensor) {
    return new Proto()
        .text(2, output)
        .text(4, "Constant")
        .message(5, new Proto().text(1, "value").message(5, tensor).number(20, 4));
  }
}
