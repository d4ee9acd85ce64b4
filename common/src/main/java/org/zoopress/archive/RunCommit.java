package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the files of a run visible, all or none. Order of the steps, each of which may be the last
 * before a crash:
 *
 * <ol>
 *   <li>all files lie complete below {@code _staging/<run>/final};
 *   <li>the manifest is written to {@code _staging/<run>/commit.json}: from here on the commit
 *       rolls forward;
 *   <li>the files move to their places; no reader sees them yet, because no manifest names them;
 *   <li>the manifest moves to {@code _commits}: the run is visible;
 *   <li>the run's staging folder is deleted.
 * </ol>
 *
 * <p>{@link #rollForward} repeats steps 3 to 5 and is called by whoever next works on the archive.
 */
public final class RunCommit {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommit.class);
  private static final String INTENT = "commit.json";

  private final FileSystem fs;
  private final ArchivePaths paths;

  /** For one archive. */
  public RunCommit(Configuration conf, Path archive) throws IOException {
    this.fs = ParquetRows.fileSystem(conf, archive);
    this.paths = new ArchivePaths(archive);
  }

  /** Where a file of the archive lies before the commit. */
  public Path staged(String staging, String relativePath) {
    Path folder = new Path(paths.staging(staging), "final");
    return relativePath.isEmpty() ? folder : new Path(folder, relativePath);
  }

  /**
   * Steps 2 to 5.
   *
   * @param staging name of the folder below {@code _staging}
   */
  public void commit(String staging, Manifest manifest) throws IOException {
    writeWhole(new Path(paths.staging(staging), INTENT), manifest.toJson());
    publish(staging, manifest);
  }

  /**
   * Finishes every commit that was begun and not ended; does nothing to work that was still being
   * computed.
   */
  public void rollForward() throws IOException {
    FileStatus[] folders;
    try {
      folders = fs.listStatus(paths.staging("x").getParent());
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus folder : folders) {
      Path intent = new Path(folder.getPath(), INTENT);
      if (fs.exists(intent)) {
        LOG.info("Finishing the commit of {}", folder.getPath().getName());
        publish(folder.getPath().getName(), Manifest.ofJson(readWhole(intent)));
      }
    }
  }

  private void publish(String staging, Manifest manifest) throws IOException {
    for (Manifest.DataFile file : manifest.files()) {
      Path target = new Path(paths.root(), file.path());
      Path source = staged(staging, file.path());
      if (fs.exists(source)) {
        fs.mkdirs(target.getParent());
        if (!fs.rename(source, target) && !sameLength(target, file.bytes())) {
          throw new IOException("cannot move %s to %s".formatted(source, target));
        }
      } else if (!sameLength(target, file.bytes())) {
        throw new IOException(
            "%s is missing: neither staged nor in its place".formatted(file.path()));
      }
    }
    Path committed = new Path(paths.commits(), manifest.name() + ".json");
    if (!fs.exists(committed)) {
      fs.mkdirs(paths.commits());
      Path whole = new Path(paths.staging(staging), "manifest.json");
      writeWhole(whole, manifest.toJson());
      if (!fs.rename(whole, committed) && !fs.exists(committed)) {
        throw new IOException("cannot create " + committed);
      }
    }
    fs.delete(paths.staging(staging), true);
  }

  private boolean sameLength(Path file, long bytes) throws IOException {
    return fs.exists(file) && fs.getFileStatus(file).getLen() == bytes;
  }

  /** Writes a small file so that it is either whole or absent under its name. */
  void writeWhole(Path file, byte[] content) throws IOException {
    Path partial = new Path(file.getParent(), "." + file.getName() + ".partial");
    try (OutputStream out = fs.create(partial, true)) {
      out.write(content);
    }
    if (!fs.rename(partial, file)) {
      fs.delete(file, false);
      if (!fs.rename(partial, file)) {
        throw new IOException("cannot create " + file);
      }
    }
  }

  byte[] readWhole(Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return in.readAllBytes();
    }
  }
}
