package org.zoopress.evaluate;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/**
 * One file of a data set, read from front to back; a name that ends in {@code .gz} is unpacked on
 * the way. What goes wrong is told by file and position.
 */
final class DataStream implements Closeable {
  /**
   * Every shard unpacks a gzipped file from its start; beyond this size the file should be stored
   * unpacked, and a smaller file that claims more is a bomb.
   */
  static final long MAX_UNPACKED_BYTES = 4L << 30;

  private static final int BUFFER_BYTES = 1 << 16;

  private final String path;
  private final InputStream in;
  private final boolean packed;
  private long position;

  private DataStream(String path, InputStream in, boolean packed, long position) {
    this.path = path;
    this.in = in;
    this.packed = packed;
    this.position = position;
  }

  static boolean isPacked(String path) {
    return path.endsWith(".gz");
  }

  /** Opens a file with a message for the case that it is not there. */
  static ByteSource openSource(ModelFolder folder, String path) throws IOException {
    try {
      return folder.open(path);
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw DataErrors.cannotRead(
          path,
          "there is no such file beside the descriptor",
          "Check the path in the descriptor",
          e);
    }
  }

  /**
   * @param start position of the first byte to read, after unpacking
   */
  static DataStream open(ModelFolder folder, String path, long start) throws IOException {
    ByteSource source = openSource(folder, path);
    try {
      if (!isPacked(path)) {
        return new DataStream(path, new SourceInputStream(source, start), false, start);
      }
      InputStream raw = new SourceInputStream(source, 0);
      DataStream stream = new DataStream(path, new GZIPInputStream(raw, BUFFER_BYTES), true, 0);
      stream.skip(start);
      return stream;
    } catch (ZipException | EOFException e) {
      source.close();
      throw damaged(path, 0, e);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Length after unpacking; a gzipped file is read once for it. */
  static long length(ModelFolder folder, String path) throws IOException {
    if (!isPacked(path)) {
      try (ByteSource source = openSource(folder, path)) {
        return source.length();
      }
    }
    try (DataStream stream = open(folder, path, 0)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      while (stream.readSome(buffer, 0, buffer.length) > 0) {}
      return stream.position;
    }
  }

  /**
   * Fills the target.
   *
   * @param what is read, for the message if the file ends before
   */
  void readFully(byte[] target, String what) throws IOException {
    for (int done = 0; done < target.length; ) {
      int count = readSome(target, done, target.length - done);
      if (count < 0) {
        throw DataErrors.cannotRead(
            path,
            "it ends after %d bytes, inside or before %s".formatted(position, what),
            "The file is shorter than it should be; fetch it again");
      }
      done += count;
    }
  }

  /** The same bytes for readers of text; closing it closes this. */
  InputStream asInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return readSome(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] target, int offset, int count) throws IOException {
        return readSome(target, offset, count);
      }

      @Override
      public void close() throws IOException {
        DataStream.this.close();
      }
    };
  }

  private void skip(long count) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long left = count; left > 0; ) {
      int read = readSome(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        return; // the next readFully tells what is missing
      }
      left -= read;
    }
  }

  private int readSome(byte[] target, int offset, int count) throws IOException {
    int read;
    try {
      read = in.read(target, offset, count);
    } catch (ZipException | EOFException e) {
      throw damaged(path, position, e);
    }
    if (read > 0) {
      position += read;
    }
    if (packed && position > MAX_UNPACKED_BYTES) {
      throw DataErrors.cannotRead(
          path,
          "it unpacks to more than %d bytes".formatted(MAX_UNPACKED_BYTES),
          "Store it unpacked: every shard would unpack it from the start");
    }
    return read;
  }

  private static UserInputException damaged(String path, long position, IOException e) {
    return DataErrors.cannotRead(
        path,
        "its gzip data is damaged after %d unpacked bytes (%s)".formatted(position, e.getMessage()),
        "Fetch the file again",
        e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
