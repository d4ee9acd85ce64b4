package org.zoopress.zoo;

import java.io.IOException;
import java.io.InputStream;
import org.zoopress.error.BadModelException;

/**
 * A position in a file with one window of it in memory, so that headers are read in a few ranges
<<<<<<< HEAD
 * and weights are skipped without being touched. The position never passes {@link #end}.
=======
 * and weights are skipped without being touched. The position never passes {@link #end}: as a
 * stream it has no end, for a header that needs more bytes is an error of the file.
>>>>>>> zoo
 */
final class WindowedSource extends InputStream {
  private static final int WINDOW_BYTES = 1 << 16;

  private final ByteSource source;
  private final long end;
  private final byte[] window;
  private long windowStart;
  private int windowLength;
  private long position;

  /**
   * @param end the first byte that must not be read
   */
  WindowedSource(ByteSource source, long start, long end) {
    this.source = source;
    this.position = start;
    this.end = Math.min(end, source.length());
    this.window = new byte[(int) Math.min(WINDOW_BYTES, Math.max(1, this.end - start))];
  }

  long position() {
    return position;
  }

  long end() {
    return end;
  }

  long remaining() {
    return end - position;
  }

  /** Moves to any position up to the end. */
  void seek(long target) {
    if (target < 0 || target > end) {
<<<<<<< HEAD
      throw truncated(target);
=======
      throw truncated();
>>>>>>> zoo
    }
    position = target;
  }

<<<<<<< HEAD
  /** The next byte, 0 to 255, or -1 at the end. */
  @Override
  public int read() throws IOException {
    if (position >= end) {
      return -1;
=======
  /** The next byte, 0 to 255; never -1. */
  @Override
  public int read() throws IOException {
    if (position >= end) {
      throw truncated();
>>>>>>> zoo
    }
    fill();
    return window[(int) (position++ - windowStart)] & 0xFF;
  }

<<<<<<< HEAD
=======
  /** At least one byte unless none is wanted; never -1. */
>>>>>>> zoo
  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (position >= end) {
<<<<<<< HEAD
      return -1;
=======
      throw truncated();
>>>>>>> zoo
    }
    fill();
    int at = (int) (position - windowStart);
    int copied = Math.min(count, windowLength - at);
    System.arraycopy(window, at, target, offset, copied);
    position += copied;
    return copied;
  }

<<<<<<< HEAD
  /** The next byte, 0 to 255; the end is an error of the file. */
  int readByte() throws IOException {
    int b = read();
    if (b < 0) {
      throw truncated(position + 1);
    }
    return b;
  }

  /** The next {@code count} bytes; checked against the end before anything is allocated. */
  byte[] readBytes(long count) throws IOException {
    if (count < 0 || count > remaining() || count > Integer.MAX_VALUE - 16) {
      throw truncated(position + count);
    }
    byte[] bytes = readNBytes((int) count);
    if (bytes.length < count) {
      throw truncated(position + 1);
    }
    return bytes;
=======
  /** The next {@code count} bytes; checked against the end before anything is allocated. */
  byte[] readBytes(long count) throws IOException {
    if (count < 0 || count > remaining() || count > Integer.MAX_VALUE - 16) {
      throw truncated();
    }
    return readNBytes((int) count);
>>>>>>> zoo
  }

  /** A little-endian number of 1 to 8 bytes at the position, which stays where it is. */
  long peekLittleEndian(int bytes) throws IOException {
    long start = position;
    long value = 0;
    for (int i = 0; i < bytes; i++) {
<<<<<<< HEAD
      value |= (long) readByte() << (8 * i);
=======
      value |= (long) read() << (8 * i);
>>>>>>> zoo
    }
    position = start;
    return value;
  }

  private void fill() throws IOException {
    if (position >= windowStart && position < windowStart + windowLength) {
      return;
    }
    int length = (int) Math.min(window.length, end - position);
    windowLength = 0;
    source.readFully(position, window, 0, length);
    windowStart = position;
    windowLength = length;
  }

<<<<<<< HEAD
  private BadModelException truncated(long wanted) {
    return new BadModelException(
        source.path(),
        "it is truncated: byte %d is needed, %d are there".formatted(wanted, end),
        "Fetch or export the file again");
=======
  private BadModelException truncated() {
    return new BadModelException(
        source.path(),
        "it is truncated: what it holds goes on after byte %d".formatted(end),
        TensorChecks.REMEDY);
>>>>>>> zoo
  }
}
