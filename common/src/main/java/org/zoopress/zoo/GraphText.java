package org.zoopress.zoo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * The literals of an ONNX file, and its holes, without what follows from the rest.
 *
 * <p>The message is walked field by field in the order of the file. A field keeps its tag; then
 *
 * <pre>
 *   numbers    as they are
 *   texts      their bytes and a zero
 *   names      in terms of the names before them ({@link GraphNames})
 *   messages   their fields and a zero, which is no tag; lengths follow
 *   data       1 for a hole of as many bytes as shape and type ask for; 2, length: another hole;
 *              3, bytes: a literal of as many bytes; 4, length, bytes: another literal
 *   others     length, bytes </pre>
 *
 * A node begins with its operator and a tensor with its name, which say most about what follows;
 * where their fields stand in the file there is the tag alone.
 */
final class GraphText {
  /** Literals of larger files are compressed as they are. */
  static final int MAX_LITERALS = 1 << 20;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_NESTING = 256;

  private GraphText() {}

  /**
   * Writes the text.
   *
   * @throws NotExpressibleException if the file is no ONNX model in the shortest encoding of
   *     lengths, or its holes are no data of tensors
   */
  static void write(ByteWriter out, byte[] literals, ByteRanges holes)
      throws NotExpressibleException {
    if (literals.length > MAX_LITERALS) {
      throw new NotExpressibleException("a large graph");
    }
    new Writer(out, literals, holes).message(WireField.MODEL, literals.length + holes.total(), 0);
    out.writeByte(0);
  }

  /** Inverse of {@link #write}. */
  static FileText read(ByteReader in) {
    Reader reader = new Reader(in);
    Piece file = new Piece();
    reader.message(WireField.MODEL, file, 0);
    return file.parts();
  }

  /** Bytes that a tensor's data takes, or -1 if the type has no fixed width. */
  private static long dataBytes(long elements, long type) {
    int width =
        switch ((int) type) {
          case 2, 3, 9, 17, 18, 19, 20 -> 1;
          case 4, 5, 10, 16 -> 2;
          case 1, 6, 12 -> 4;
          case 7, 11, 13, 14 -> 8;
          case 15 -> 16;
          default -> -1;
        };
    return width < 0 || elements < 0 || elements > Long.MAX_VALUE / 16 ? -1 : elements * width;
  }

  private static long product(long elements, long dim) {
    return elements < 0 || dim < 0 || dim > 0 && elements > Long.MAX_VALUE / dim
        ? -1
        : elements * dim;
  }

  /** What was read so far of the message that is walked, as far as others follow from it. */
  private static final class Message {
    String operator = "";
    String name = "";
    boolean hasName;
    boolean hasOperator;
    int outputs;
    long elements = 1;
    long type;

    void number(WireField kind, int field, long value) {
      if (kind == WireField.INITIALIZER || kind == WireField.CONSTANT) {
        if (field == 1) {
          elements = product(elements, value);
        } else if (field == 2) {
          type = value;
        }
      }
    }
  }

  /** Walks the literals; positions are those of the file, holes included. */
  private static final class Writer {
    private final ByteWriter out;
    private final byte[] literals;
    private final ByteRanges holes;
    private final GraphNames names = new GraphNames();
    private long position;
    private long holeBytes;
    private int hole;

    Writer(ByteWriter out, byte[] literals, ByteRanges holes) {
      this.out = out;
      this.literals = literals;
      this.holes = holes;
    }

    void message(WireField kind, long end, int nesting) throws NotExpressibleException {
      if (nesting > MAX_NESTING) {
        throw new NotExpressibleException("deep nesting");
      }
      Message message = new Message();
      if (kind == WireField.NODE) {
        names.beginNode();
        message.operator = lookAhead(end, 4);
        SkeletonBytes.writeText(out, message.operator);
      } else if (kind == WireField.INITIALIZER) {
        message.name = lookAhead(end, 8);
        names.writeInitializer(out, message.name);
      }
      while (position < end) {
        field(kind, message, end, nesting);
      }
    }

    private void field(WireField kind, Message message, long end, int nesting)
        throws NotExpressibleException {
      long tag = varint(end);
      if (tag <= 7 || tag > Integer.MAX_VALUE) {
        throw new NotExpressibleException("tag " + tag);
      }
      int number = (int) (tag >>> 3);
      if (kind == WireField.NODE && !message.hasName && (number == 2 || number == 3)) {
        // The reader needs the name here, and sees the tag first.
        out.writeVarint(tag);
        message.name = number == 3 ? peekText(end) : lookAhead(end, 3, tag);
        names.writeNode(out, message.name, message.operator);
        message.hasName = true;
      } else {
        out.writeVarint(tag);
      }
      switch ((int) tag & 7) {
        case VARINT -> {
          long before = position;
          message.number(kind, number, varint(end));
          copy(before);
        }
        case FIXED64 -> bytes(8, end);
        case FIXED32 -> bytes(4, end);
        case LENGTH -> value(kind, message, number, end, nesting);
        default -> throw new NotExpressibleException("wire type");
      }
    }

    private void value(WireField kind, Message message, int number, long end, int nesting)
        throws NotExpressibleException {
      long length = length(end);
      WireField field = kind.field(number);
      if (field.isMessage()) {
        message(field, position + length, nesting + 1);
        out.writeByte(0);
        return;
      }
      switch (field) {
        case TEXT -> SkeletonBytes.writeText(out, text(length));
        case INPUT -> names.writeInput(out, text(length));
        case OUTPUT -> names.writeOutput(out, text(length), message.name, message.outputs++);
        case VALUE_NAME -> names.writeValue(out, text(length));
        case NODE_NAME -> expect(message.name, text(length));
        case OPERATOR -> expect(message.operator, text(length));
        case TENSOR_NAME -> {
          if (kind == WireField.INITIALIZER) {
            expect(message.name, text(length));
          } else {
            SkeletonBytes.writeText(out, text(length));
          }
        }
        case DATA -> data(message, length);
        default -> {
          out.writeVarint(length);
          bytes(length, end);
        }
      }
    }

    private static void expect(String first, String text) throws NotExpressibleException {
      if (!first.equals(text)) {
        throw new NotExpressibleException("a name that is given twice");
      }
    }

    private void data(Message message, long length) throws NotExpressibleException {
      boolean implied = length == dataBytes(message.elements, message.type);
      if (hole < holes.count() && holes.starts()[hole] == position) {
        if (holes.ends()[hole] - position != length) {
          throw new NotExpressibleException("a hole that is no field");
        }
        out.writeByte(implied ? 1 : 2);
        if (!implied) {
          out.writeVarint(length);
        }
        position += length;
        holeBytes += length;
        hole++;
      } else {
        out.writeByte(implied ? 3 : 4);
        if (!implied) {
          out.writeVarint(length);
        }
        bytes(length, position + length);
      }
    }

    /** The text of the first field of that number up to the end; empty if there is none. */
    private String lookAhead(long end, int number) throws NotExpressibleException {
      long startPosition = position;
      long startHoleBytes = holeBytes;
      int startHole = hole;
      String found = "";
      while (position < end) {
        long tag = varint(end);
        if (tag == (number << 3 | LENGTH)) {
          found = text(length(end));
          break;
        }
        skip((int) tag & 7, end);
      }
      position = startPosition;
      holeBytes = startHoleBytes;
      hole = startHole;
      return found;
    }

    /** The same from within a field whose tag was read. */
    private String lookAhead(long end, int number, long tag) throws NotExpressibleException {
      long start = position;
      skip((int) tag & 7, end);
      String found = lookAhead(end, number);
      position = start;
      return found;
    }

    private String peekText(long end) throws NotExpressibleException {
      long start = position;
      String text = text(length(end));
      position = start;
      return text;
    }

    private void skip(int wireType, long end) throws NotExpressibleException {
      long length =
          switch (wireType) {
            case VARINT -> {
              varint(end);
              yield 0;
            }
            case FIXED64 -> 8;
            case FIXED32 -> 4;
            case LENGTH -> length(end);
            default -> throw new NotExpressibleException("wire type");
          };
      if (length > end - position) {
        throw new NotExpressibleException("a field beyond its message");
      }
      long target = position + length;
      while (hole < holes.count() && holes.ends()[hole] <= target) {
        holeBytes += holes.ends()[hole] - holes.starts()[hole];
        hole++;
      }
      position = target;
    }

    private int literal(long end) throws NotExpressibleException {
      if (position >= end || hole < holes.count() && position >= holes.starts()[hole]) {
        throw new NotExpressibleException("a field beyond its message");
      }
      return literals[(int) (position++ - holeBytes)] & 0xFF;
    }

    private long varint(long end) throws NotExpressibleException {
      long value = 0;
      for (int shift = 0; shift < 70; shift += 7) {
        int b = literal(end);
        value |= shift < 64 ? (long) (b & 0x7F) << shift : 0;
        if (b < 0x80) {
          return value;
        }
      }
      throw new NotExpressibleException("a long number");
    }

    private long length(long end) throws NotExpressibleException {
      long start = position;
      long length = varint(end);
      int shortest = Math.max(1, (70 - Long.numberOfLeadingZeros(length)) / 7);
      if (length < 0 || length > end - position || position - start != shortest) {
        throw new NotExpressibleException("a length");
      }
      return length;
    }

    private String text(long length) throws NotExpressibleException {
      if (length > MAX_LITERALS) {
        throw new NotExpressibleException("a long text");
      }
      byte[] bytes = new byte[(int) length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) literal(Long.MAX_VALUE);
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void bytes(long count, long end) throws NotExpressibleException {
      for (long i = 0; i < count; i++) {
        out.writeByte(literal(end));
      }
    }

    private void copy(long from) {
      out.writeBytes(literals, (int) (from - holeBytes), (int) (position - from));
    }
  }

  /** Literals with holes between them, put together from the inside out. */
  private static final class Piece {
    private final ByteWriter literals = new ByteWriter();
    private final List<long[]> holes = new ArrayList<>(); // literals before it, length
    private long holeBytes;

    long length() {
      return literals.size() + holeBytes;
    }

    void hole(long length) {
      if (length <= 0 || length > Long.MAX_VALUE / 2 - holeBytes) {
        throw new CorruptDataException("a hole of %d bytes".formatted(length));
      }
      holes.add(new long[] {literals.size(), length});
      holeBytes += length;
    }

    void append(Piece inner) {
      int before = literals.size();
      literals.writeBytes(inner.literals.toByteArray());
      for (long[] hole : inner.holes) {
        holes.add(new long[] {before + hole[0], hole[1]});
      }
      if (inner.holeBytes > Long.MAX_VALUE / 2 - holeBytes) {
        throw new CorruptDataException("holes without end");
      }
      holeBytes += inner.holeBytes;
    }

    FileText parts() {
      long[] starts = new long[holes.size()];
      long[] ends = new long[holes.size()];
      long passed = 0;
      for (int h = 0; h < starts.length; h++) {
        starts[h] = holes.get(h)[0] + passed;
        passed += holes.get(h)[1];
        ends[h] = holes.get(h)[0] + passed;
      }
      return new FileText(literals.toByteArray(), new ByteRanges(starts, ends));
    }
  }

  private static final class Reader {
    private final ByteReader in;
    private final GraphNames names = new GraphNames();
    private long written;

    Reader(ByteReader in) {
      this.in = in;
    }

    void message(WireField kind, Piece out, int nesting) {
      if (nesting > MAX_NESTING) {
        throw new CorruptDataException("messages nested more than %d deep".formatted(MAX_NESTING));
      }
      Message message = new Message();
      if (kind == WireField.NODE) {
        names.beginNode();
        message.operator = SkeletonBytes.readText(in);
      } else if (kind == WireField.INITIALIZER) {
        message.name = names.readInitializer(in);
      }
      for (long tag = in.readVarint(); tag != 0; tag = in.readVarint()) {
        if (tag <= 7 || tag > Integer.MAX_VALUE) {
          throw new CorruptDataException("protobuf tag %d".formatted(tag));
        }
        if (kind == WireField.NODE && !message.hasName && (tag >>> 3 == 2 || tag >>> 3 == 3)) {
          message.name = names.readNode(in, message.operator);
          message.hasName = true;
        }
        out.literals.writeVarint(tag);
        field(kind, message, tag, out, nesting);
        if (out.literals.size() > MAX_LITERALS) {
          throw new CorruptDataException("a graph of more than %d bytes".formatted(MAX_LITERALS));
        }
      }
    }

    private void field(WireField kind, Message message, long tag, Piece out, int nesting) {
      int number = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case VARINT -> message.number(kind, number, copyVarint(out));
        case FIXED64 -> out.literals.writeBytes(in.readBytes(8));
        case FIXED32 -> out.literals.writeBytes(in.readBytes(4));
        case LENGTH -> value(kind, message, number, out, nesting);
        default -> throw new CorruptDataException("protobuf wire type %d".formatted(tag & 7));
      }
    }

    private long copyVarint(Piece out) {
      long value = 0;
      for (int shift = 0; shift < 70; shift += 7) {
        int b = in.readByte();
        out.literals.writeByte(b);
        value |= shift < 64 ? (long) (b & 0x7F) << shift : 0;
        if (b < 0x80) {
          return value;
        }
      }
      throw new CorruptDataException("a number of more than ten bytes");
    }

    private void value(WireField kind, Message message, int number, Piece out, int nesting) {
      WireField field = kind.field(number);
      if (field.isMessage()) {
        Piece inner = new Piece();
        message(field, inner, nesting + 1);
        out.literals.writeVarint(inner.length());
        out.append(inner);
        return;
      }
      switch (field) {
        case TEXT -> text(out, SkeletonBytes.readText(in));
        case INPUT -> text(out, names.readInput(in));
        case OUTPUT -> text(out, names.readOutput(in, message.name, message.outputs++));
        case VALUE_NAME -> text(out, names.readValue(in));
        case NODE_NAME -> text(out, message.name);
        case OPERATOR -> text(out, message.operator);
        case TENSOR_NAME ->
            text(out, kind == WireField.INITIALIZER ? message.name : SkeletonBytes.readText(in));
        case DATA -> data(message, out);
        default -> out.literals.writeBlob(in.readBlob());
      }
    }

    private void text(Piece out, String text) {
      written += text.length();
      if (written > MAX_LITERALS) {
        throw new CorruptDataException("names of more than %d bytes".formatted(MAX_LITERALS));
      }
      out.literals.writeBlob(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void data(Message message, Piece out) {
      int form = in.readByte();
      if (form < 1 || form > 4) {
        throw new CorruptDataException("data of form %d".formatted(form));
      }
      long length = (form & 1) == 1 ? dataBytes(message.elements, message.type) : in.readVarint();
      if (length < 0) {
        throw new CorruptDataException("data of unknown length");
      }
      out.literals.writeVarint(length);
      if (form <= 2) {
        out.hole(length);
      } else {
        out.literals.writeBytes(in.readBytes((int) Math.min(length, Integer.MAX_VALUE)));
      }
    }
  }
}
