package org.zoopress.zoo;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.zoopress.error.BadModelException;

/** A zoo on a local disk. Links are followed as long as they stay inside the folder. */
public final class LocalModelFolder implements ModelFolder {
  private final Path root;

  /**
   * @throws NoSuchFileException if there is no such folder
   */
  public LocalModelFolder(Path root) throws IOException {
    this.root = root.toRealPath();
  }

  @Override
  public ByteSource open(String path) throws IOException {
    Path file = resolve(path);
    Path real;
    try {
      real = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new BadModelException(
          path, "there is no such file in %s".formatted(root), "Check the name or fetch the file");
    }
    if (!real.startsWith(root)) {
      throw new BadModelException(
          path,
          "it is a link that leads out of the zoo's folder",
          "Put the file itself into the zoo");
    }
    if (!Files.isRegularFile(real)) {
      throw new BadModelException(path, "it is not a regular file", "Name a file");
    }
    return new LocalByteSource(path, FileChannel.open(real, StandardOpenOption.READ));
  }

  @Override
  public boolean exists(String path) throws IOException {
    Path file = resolve(path);
    return Files.isRegularFile(file) && file.toRealPath().startsWith(root);
  }

  private Path resolve(String path) {
    try {
      return root.resolve(ZooPaths.check(path));
    } catch (InvalidPathException e) {
      throw new BadModelException(
          path, "the file system takes no such name: " + e.getReason(), "Rename the file");
    }
  }

  private static final class LocalByteSource implements ByteSource {
    private final String path;
    private final FileChannel channel;
    private final long length;

    LocalByteSource(String path, FileChannel channel) throws IOException {
      this.path = path;
      this.channel = channel;
      this.length = channel.size();
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public void readFully(long position, byte[] target, int offset, int count) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(target, offset, count);
      long at = position;
      while (buffer.hasRemaining()) {
        int read = channel.read(buffer, at);
        if (read < 0) {
          throw new EOFException(
              "%s ends at byte %d, byte %d was asked for".formatted(path, at, at));
        }
        at += read;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
