package org.zoopress.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.zoopress.zoo.ByteSource;

/** A {@link ByteSource} read from front to back in large pieces; closes it. */
final class SourceInputStream extends InputStream {
  /** Large, because a read may be a request to an object store. */
  private static final int BUFFER_BYTES = 1 << 18;

  private final ByteSource source;
  private final byte[] buffer;
  private long filledTo; // position in the source of the end of the buffer
  private int next;
  private int limit;

  SourceInputStream(ByteSource source, long start) {
    this.source = source;
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, source.length() - start))];
    this.filledTo = start;
  }

  private boolean fill() throws IOException {
    if (next < limit) {
      return true;
    }
    long left = source.length() - filledTo;
    if (left <= 0) {
      return false;
    }
    int count = (int) Math.min(left, buffer.length);
    source.readFully(filledTo, buffer, 0, count);
    filledTo += count;
    next = 0;
    limit = count;
    return true;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int copied = Math.min(count, limit - next);
    System.arraycopy(buffer, next, target, offset, copied);
    next += copied;
    return copied;
  }

  @Override
  public int available() {
    // GZIPInputStream looks for a further gzip member only where bytes are known to follow.
    return (int)
        Math.min(Integer.MAX_VALUE, limit - next + Math.max(0, source.length() - filledTo));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
