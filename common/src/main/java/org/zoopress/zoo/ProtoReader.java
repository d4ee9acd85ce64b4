package org.zoopress.zoo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks protobuf messages in a file field by field, by their wire format alone. Messages inside
 * messages are entered by {@link #enter} and left by {@link #leave}, so that the caller's recursion
 * is the only one; lengths are checked against the enclosing message before anything is read.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers encoding</a>
 */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final WindowedSource in;
  private final TensorChecks checks;
  private final long maxLiteralBytes;
  private long messageEnd;
  private long holeBytes;
  private int field;
  private int wireType;
  private long valueEnd;
  private long varintValue;

  /**
   * @param maxLiteralBytes bytes outside of {@linkplain #hole holes} that may be walked over
   */
  ProtoReader(ByteSource source, TensorChecks checks, long maxLiteralBytes) {
    this.in = new WindowedSource(source, 0, source.length());
    this.checks = checks;
    this.maxLiteralBytes = maxLiteralBytes;
    this.messageEnd = source.length();
  }

  /** Number of the current field. */
  int field() {
    return field;
  }

  /** Wire type of the current field. */
  int wireType() {
    return wireType;
  }

  /** First byte of the current field's value, while nothing of it was read. */
  long position() {
    return in.position();
  }

  /** Bytes of the value of a {@link #LENGTH} field that are left. */
  long valueBytes() {
    return valueEnd - in.position();
  }

  /** Moves to the next field of the message; false at its end. Skips what was left unread. */
  boolean next() throws IOException {
    in.seek(Math.max(valueEnd, in.position()));
    if (in.position() - holeBytes > maxLiteralBytes) {
      throw checks.beyond("it has more than %d bytes beside its tensors", maxLiteralBytes);
    }
    if (in.position() == messageEnd) {
      return false;
    }
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw checks.bad("byte %d has no valid protobuf field number", in.position() - 1);
    }
    long length =
        switch (wireType) {
          case VARINT -> 0;
          case FIXED64 -> 8;
          case LENGTH -> rawVarint();
          case FIXED32 -> 4;
          default ->
              throw checks.bad(
                  "byte %d has protobuf wire type %d, which ONNX does not use",
                  in.position() - 1, wireType);
        };
    if (length < 0 || length > messageEnd - in.position()) {
      throw checks.bad(
          "field %d at byte %d claims %s bytes, %d are left (truncated?)",
          field, in.position(), Long.toUnsignedString(length), messageEnd - in.position());
    }
    valueEnd = in.position() + length;
    if (wireType == VARINT) {
      varintValue = rawVarint();
      valueEnd = in.position();
    }
    return true;
  }

  /** The value of a {@link #VARINT} field. */
  long varint() {
    expect(VARINT);
    return varintValue;
  }

  /** The next element of a packed field of varints. */
  long packedVarint() throws IOException {
    expect(LENGTH);
    long value = rawVarint();
    if (in.position() > valueEnd) {
      throw checks.bad("a packed number at byte %d runs over its field", in.position());
    }
    return value;
  }

  /** The value of a {@link #FIXED32} field that is a real number. */
  float real() throws IOException {
    expect(FIXED32);
    return rawReal();
  }

  /** The next element of a packed field of real numbers. */
  float packedReal() throws IOException {
    expect(LENGTH);
    if (valueBytes() < Float.BYTES) {
      throw checks.bad("a packed number at byte %d runs over its field", in.position());
    }
    return rawReal();
  }

  private float rawReal() throws IOException {
    long bits = in.peekLittleEndian(Float.BYTES);
    in.seek(in.position() + Float.BYTES);
    return Float.intBitsToFloat((int) bits);
  }

  /** The whole value as text whatever it is; what is not UTF-8 becomes U+FFFD. */
  String looseText() throws IOException {
    expect(LENGTH);
    return new String(in.readBytes(valueBytes()), StandardCharsets.UTF_8);
  }

  /** The whole value as UTF-8. */
  String text(int maxBytes) throws IOException {
    expect(LENGTH);
    if (valueBytes() > maxBytes) {
      throw checks.beyond(
          "a name at byte %d has %d bytes, at most %d are allowed",
          in.position(), valueBytes(), maxBytes);
    }
    long start = in.position();
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readBytes(valueBytes())));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw checks.bad("the name at byte %d is not valid UTF-8", start);
    }
  }

  /** Makes the value of the current field the message that is walked; returns what to leave to. */
  long enter() {
    expect(LENGTH);
    long outer = messageEnd;
    messageEnd = valueEnd;
    valueEnd = in.position();
    return outer;
  }

  /** Goes back to the message around, after {@link #next} returned false. */
  void leave(long outer) {
    messageEnd = outer;
  }

  /**
   * Declares bytes that lie ahead to be a tensor's, so that they count as no literal; a negative
   * number takes it back.
   */
  void hole(long bytes) {
    holeBytes += bytes;
  }

  private void expect(int type) {
    if (wireType != type) {
      throw checks.bad(
          "field %d before byte %d has wire type %d, %d belongs there",
          field, in.position(), wireType, type);
    }
  }

  private long rawVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (in.position() >= messageEnd) {
        throw checks.bad("it is truncated inside a number at byte %d", in.position());
      }
      int b = in.read();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw checks.bad("the number before byte %d has more than ten bytes", in.position());
  }
}
