package org.zoopress.datasets.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of one message, read back by a few lines that share nothing with the writer. */
public final class ProtobufFields {
  /** A varint or fixed value in {@code number}, or the bytes of a longer one. */
  private record Field(int field, long number, byte[] bytes) {}

  private final List<Field> fields = new ArrayList<>();

  /** Parses a whole message; throws where it does not end with its last field. */
  public ProtobufFields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      int field = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> fields.add(new Field(field, varint(in), new byte[0]));
        case 2 -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          fields.add(new Field(field, bytes.length, bytes));
        }
        case 5 -> fields.add(new Field(field, in.getInt(), new byte[0]));
        default -> throw new IllegalArgumentException("wire type of tag " + tag);
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Values of a numeric field, in order. */
  public List<Long> numbers(int field) {
    return fields.stream().filter(f -> f.field() == field).map(Field::number).toList();
  }

  /** Contents of a length-delimited field, in order. */
  public List<byte[]> bytes(int field) {
    return fields.stream().filter(f -> f.field() == field).map(Field::bytes).toList();
  }

  /** The same as texts. */
  public List<String> strings(int field) {
    return bytes(field).stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }

  /** The same as messages. */
  public List<ProtobufFields> messages(int field) {
    return bytes(field).stream().map(ProtobufFields::new).toList();
  }

  /** The only message of a field. */
  public ProtobufFields message(int field) {
    List<ProtobufFields> all = messages(field);
    if (all.size() != 1) {
      throw new IllegalArgumentException(all.size() + " messages in field " + field);
    }
    return all.get(0);
  }
}
