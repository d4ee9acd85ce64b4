package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A local file system whose user dies at a given mutating call: that call throws, before or after
 * it took effect, and so does everything that follows. A recursive delete is many calls, as on an
 * object store, and begins with the files that the caller would like to keep longest.
 */
public final class FaultyFileSystem extends FilterFileSystem {
  private static final String AT = "zoopress.test.fault.at";
  private static final String AFTER = "zoopress.test.fault.after";
  private static final String LASTING = "zoopress.test.fault.lasting";

  private static final Configuration DEFAULTS = new Configuration();
  private static int faults;

  private int calls;
  private int faultAt;
  private boolean after;
  private boolean lasting;
  private boolean dead;

  /** For Hadoop, which makes file systems by their class. */
  public FaultyFileSystem() {
    super(new RawLocalFileSystem());
  }

  /**
   * A configuration in which each file system that is asked for dies at its own n-th mutating call.
   *
   * @param call from 1
   * @param afterwards whether the call takes effect all the same
   * @param lasting whether everything that follows fails too; if not, only an answer got lost
   */
  static Configuration dyingAt(int call, boolean afterwards, boolean lasting) {
    Configuration conf = new Configuration(DEFAULTS);
    conf.setClass("fs.file.impl", FaultyFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    conf.setBoolean("fs.file.impl.disable.cache", true);
    conf.setInt(AT, call);
    conf.setBoolean(AFTER, afterwards);
    conf.setBoolean(LASTING, lasting);
    return conf;
  }

  /** Forgets the faults so far. */
  static void reset() {
    faults = 0;
  }

  /** Faults since the last {@link #reset}. */
  static int faults() {
    return faults;
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    faultAt = conf.getInt(AT, Integer.MAX_VALUE);
    after = conf.getBoolean(AFTER, false);
    lasting = conf.getBoolean(LASTING, true);
  }

  private interface Mutation<T> {
    T run() throws IOException;
  }

  private <T> T mutate(Mutation<T> mutation) throws IOException {
    alive();
    calls++;
    if (calls == faultAt) {
      dead = lasting;
      faults++;
      if (after) {
        var unused = mutation.run();
      }
      throw died();
    }
    return mutation.run();
  }

  private void alive() throws IOException {
    if (dead) {
      throw died();
    }
  }

  private IOException died() {
    return new IOException("died at call " + faultAt);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return mutate(
        () ->
            super.create(
                path, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    return mutate(() -> super.rename(source, target));
  }

  @Override
  public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
    return mutate(() -> super.mkdirs(folder, permission));
  }

  @Override
  public boolean mkdirs(Path folder) throws IOException {
    return mutate(() -> super.mkdirs(folder));
  }

  @Override
  public void setTimes(Path path, long modified, long accessed) throws IOException {
    mutate(
        () -> {
          super.setTimes(path, modified, accessed);
          return true;
        });
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    alive();
    FileStatus status;
    try {
      status = super.getFileStatus(path);
    } catch (FileNotFoundException e) {
      return mutate(() -> false);
    }
    if (recursive && status.isDirectory()) {
      FileStatus[] children = super.listStatus(path);
      Arrays.sort(
          children,
          Comparator.comparing(FileStatus::isDirectory)
              .thenComparing(child -> child.getPath().getName()));
      for (FileStatus child : children) {
        delete(child.getPath(), true);
      }
    }
    return mutate(() -> super.delete(path, recursive));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    alive();
    return super.getFileStatus(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    alive();
    return super.listStatus(path);
  }
}
