package org.zoopress.zoo;

import java.io.IOException;
import java.io.InputStream;
import org.zoopress.error.BadModelException;

/**
 * A position in a file with one window of it in memory, so that headers are read in a few ranges
 * and weights are skipped without being touched. The position never passes {@link #end}: as a
 * stream it has no end, for a header that needs more bytes is an error of the file.
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
      throw truncated();
    }
    position = target;
  }

  /** The next byte, 0 to 255; never -1. */
  @Override
  public int read() throws IOException {
    if (position >= end) {
      throw truncated();
    }
    fill();
    return window[(int) (position++ - windowStart)] & 0xFF;
  }

  /** At least one byte unless none is wanted; never -1. */
  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (position >= end) {
      throw truncated();
    }
    fill();
    int at = (int) (position - windowStart);
    int copied = Math.min(count, windowLength - at);
    System.arraycopy(window, at, target, offset, copied);
    position += copied;
    return copied;
  }

  /** The next {@code count} bytes; checked against the end before anything is allocated. */
  byte[] readBytes(long count) throws IOException {
    if (count < 0 || count > remaining() || count > Integer.MAX_VALUE - 16) {
      throw truncated();
    }
    return readNBytes((int) count);
  }

  /** A little-endian number of 1 to 8 bytes at the position, which stays where it is. */
  long peekLittleEndian(int bytes) throws IOException {
    long start = position;
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) read() << (8 * i);
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

  private BadModelException truncated() {
    return new BadModelException(
        source.path(),
        "it is truncated: what it holds goes on after byte %d".formatted(end),
        TensorChecks.REMEDY);
  }
}
