package org.zoopress.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, but a chosen call does not return: it leaves a marker file and waits to be
 * killed. So a test can kill a driver at the very step that it means.
 */
public final class StallingFileSystem extends LocalFileSystem {
  /** Regular expression over {@code create PATH} and {@code rename PATH}. */
  static final String AT = "zoopress.test.stall.at";

  /** File that is created when the call is reached. */
  static final String MARKER = "zoopress.test.stall.marker";

  private Pattern at;
  private Path marker;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    at = Pattern.compile(conf.get(AT));
    marker = Path.of(conf.get(MARKER));
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    stallAt("create " + path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(org.apache.hadoop.fs.Path source, org.apache.hadoop.fs.Path target)
      throws IOException {
    stallAt("rename " + target);
    return super.rename(source, target);
  }

  private void stallAt(String call) throws IOException {
    if (!at.matcher(call).find()) {
      return;
    }
    Files.writeString(marker, call);
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(call);
    }
  }
}
