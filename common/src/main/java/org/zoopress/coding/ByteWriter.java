package org.zoopress.coding;

import java.util.Arrays;

/** A growing byte array with the few primitives that stored formats use; little-endian. */
public final class ByteWriter {
  private byte[] buffer = new byte[64];
  private int size;

  /** Number of bytes written so far. */
  public int size() {
    return size;
  }

  /** A copy of the bytes written so far. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** Writes the low eight bits. */
  public void writeByte(int value) {
    reserve(1);
    buffer[size++] = (byte) value;
  }

  /** Writes a non-negative number in groups of seven bits, low first (LEB128): 1 byte below 128. */
  public void writeVarint(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative varint " + value);
    }
    long rest = value;
    while (rest >= 0x80) {
      writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  /** Writes a signed number as a zigzag varint: small magnitudes are short. */
  public void writeSignedVarint(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    if (zigzag < 0) {
      throw new IllegalArgumentException("signed varint out of range: " + value);
    }
    writeVarint(zigzag);
  }

  /** Writes 16 bits, little-endian. */
  public void writeShort(int value) {
    writeByte(value);
    writeByte(value >>> 8);
  }

  /** Writes 32 bits, little-endian. */
  public void writeInt(int value) {
    writeShort(value);
    writeShort(value >>> 16);
  }

  /** Writes the bits of a float32, little-endian. */
  public void writeFloat(float value) {
    writeInt(Float.floatToRawIntBits(value));
  }

  /** Writes the bytes without their length. */
  public void writeBytes(byte[] bytes) {
    writeBytes(bytes, 0, bytes.length);
  }

  /** Writes a part of the bytes without its length. */
  public void writeBytes(byte[] bytes, int offset, int length) {
    reserve(length);
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
  }

  /** Writes the number of bytes as a varint, then the bytes. */
  public void writeBlob(byte[] bytes) {
    writeVarint(bytes.length);
    writeBytes(bytes);
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > buffer.length) {
      buffer =
          Arrays.copyOf(
              buffer, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, buffer.length * 2L)));
    }
  }
}
