package org.zoopress.io;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.error.BadModelException;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/** A zoo on any Hadoop file system; files are read by ranges. */
public final class HadoopModelFolder implements ModelFolder {
  private final FileSystem fs;
  private final Path root;

  /** Opens the folder; it need not exist yet. */
  public HadoopModelFolder(Configuration conf, Path root) throws IOException {
    this.fs = root.getFileSystem(conf);
    this.root = fs.makeQualified(root);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    Path file = confined(path);
    FileStatus status = fs.getFileStatus(file);
    if (status.isDirectory()) {
      throw new BadModelException(path, "it is a folder", "Name a file");
    }
    return new HadoopByteSource(path, fs.open(file), status.getLen());
  }

  /** The file's qualified path. */
  public Path resolve(String path) throws IOException {
    return confined(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return fs.exists(confined(path));
  }

  private Path confined(String path) throws IOException {
    URI base = root.toUri();
    Path file = Confined.below(root, path);
    if ("file".equals(base.getScheme())) {
      java.nio.file.Path local = java.nio.file.Path.of(file.toUri().getPath());
      if (Files.exists(local)
          && !local.toRealPath().startsWith(java.nio.file.Path.of(base.getPath()).toRealPath())) {
        throw outside(path);
      }
    }
    return file;
  }

  private static BadModelException outside(String path) {
    return new BadModelException(
        path,
        "this path or a link on it leads out of the zoo's folder",
        "Put the file into the zoo");
  }

  private record HadoopByteSource(String path, FSDataInputStream in, long length)
      implements ByteSource {
    @Override
    public void readFully(long position, byte[] target, int offset, int count) throws IOException {
      in.readFully(position, target, offset, count);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
