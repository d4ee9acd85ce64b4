package org.zoopress.zoo;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** A zoo in memory, for reading and for writing; counts what is read. */
final class MemoryFolder implements ModelFolder, OutputFactory {
  final Map<String, byte[]> files = new LinkedHashMap<>();
  long bytesRead;

  static MemoryFolder of(String path, byte[] content) {
    return new MemoryFolder().with(path, content);
  }

  MemoryFolder with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  @Override
  public ByteSource open(String path) throws IOException {
    byte[] content = files.get(ZooPaths.check(path));
    if (content == null) {
      throw new FileNotFoundException(path);
    }
    return new ByteSource() {
      @Override
      public String path() {
        return path;
      }

      @Override
      public long length() {
        return content.length;
      }

      @Override
      public void readFully(long position, byte[] target, int offset, int count)
          throws IOException {
        if (position < 0 || count > content.length - position) {
          throw new EOFException(path + " ends at byte " + content.length);
        }
        bytesRead += count;
        System.arraycopy(content, (int) position, target, offset, count);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(ZooPaths.check(path));
  }

  @Override
  public OutputStream create(String path) {
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        files.put(path, toByteArray());
      }
    };
  }
}
