package org.zoopress.zoo;

import java.io.Closeable;
import java.io.IOException;

/** Random access to the bytes of one file, wherever it lies; not thread-safe. */
public interface ByteSource extends Closeable {
  /** The file as the user knows it, for messages. */
  String path();

  /** Length in bytes when the source was opened. */
  long length();

  /**
   * Reads exactly {@code count} bytes.
   *
   * @throws java.io.EOFException if the file ends before; nothing is then promised of the target
   */
  void readFully(long position, byte[] target, int offset, int count) throws IOException;
}
