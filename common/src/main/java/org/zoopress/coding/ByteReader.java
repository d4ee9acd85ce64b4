package org.zoopress.coding;

import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Every read is checked against the end, so that damaged bytes
 * give a {@link CorruptDataException} before anything is allocated.
 */
public final class ByteReader {
  private final byte[] buffer;
  private final int end;
  private int position;

  /** Reads all of the bytes. */
  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads a part of the bytes; the array is shared, not copied. */
  public ByteReader(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || length > bytes.length - offset) {
      throw new CorruptDataException(
          "range %d+%d outside of %d bytes".formatted(offset, length, bytes.length));
    }
    this.buffer = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /** Bytes that are left. */
  public int remaining() {
    return end - position;
  }

  /** The next byte, 0 to 255. */
  public int readByte() {
    require(1);
    return buffer[position++] & 0xFF;
  }

  /** Inverse of {@link ByteWriter#writeVarint}. */
  public long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new CorruptDataException("varint longer than 63 bits");
  }

  /** A varint that must lie in 0 … limit. */
  public int readVarint(int limit, String what) {
    long value = readVarint();
    if (value > limit) {
      throw new CorruptDataException(
          "%s is %d, at most %d is possible".formatted(what, value, limit));
    }
    return (int) value;
  }

  /** Inverse of {@link ByteWriter#writeSignedVarint}. */
  public long readSignedVarint() {
    long zigzag = readVarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** The next 16 bits, 0 to 65535. */
  public int readShort() {
    int low = readByte();
    return low | readByte() << 8;
  }

  /** The next 32 bits. */
  public int readInt() {
    int low = readShort();
    return low | readShort() << 16;
  }

  /** The next float32. */
  public float readFloat() {
    return Float.intBitsToFloat(readInt());
  }

  /** The next {@code length} bytes, copied. */
  public byte[] readBytes(int length) {
    require(length);
    byte[] bytes = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return bytes;
  }

  /** Inverse of {@link ByteWriter#writeBlob}. */
  public byte[] readBlob() {
    return readBytes(readVarint(remaining(), "length of a blob"));
  }

  /** A reader over the next {@code length} bytes, which this reader then has behind it. */
  public ByteReader slice(int length) {
    require(length);
    ByteReader slice = new ByteReader(buffer, position, length);
    position += length;
    return slice;
  }

  /** Throws unless everything was read. */
  public void expectEnd() {
    if (remaining() != 0) {
      throw new CorruptDataException(remaining() + " bytes left over");
    }
  }

  private void require(int length) {
    if (length < 0 || length > remaining()) {
      throw new CorruptDataException("needs %d bytes, %d are left".formatted(length, remaining()));
    }
  }
}
