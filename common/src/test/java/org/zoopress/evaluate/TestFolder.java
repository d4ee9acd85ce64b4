package org.zoopress.evaluate;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/** A folder of the local disk. */
record TestFolder(Path root) implements ModelFolder {
  @Override
  public ByteSource open(String path) throws IOException {
    FileChannel channel = FileChannel.open(root.resolve(path));
    long length = channel.size();
    return new ByteSource() {
      @Override
      public String path() {
        return path;
      }

      @Override
      public long length() {
        return length;
      }

      @Override
      public void readFully(long position, byte[] target, int offset, int count)
          throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, count);
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, position + buffer.position() - offset) < 0) {
            throw new EOFException(path);
          }
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public boolean exists(String path) {
    return Files.isRegularFile(root.resolve(path));
  }
}
