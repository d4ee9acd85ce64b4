package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.error.UserInputException;

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
 * <p>{@link #rollForward} repeats steps 3 to 5 and is called by whoever next works on the archive,
 * perhaps by several at once: what another driver has done already is verified, not done again.
 */
public final class RunCommit {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommit.class);
  private static final String INTENT = "commit.json";
  private static final String PARTIAL = ".partial";

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
   * @param staging name of the folder below {@code _staging}, which is the manifest's too
   * @throws UserInputException if such a manifest is committed already
   */
  public void commit(String staging, Manifest manifest) throws IOException {
    if (!manifest.name().equals(staging)) {
      throw new IllegalArgumentException(
          "manifest %s in the staging folder %s".formatted(manifest.name(), staging));
    }
    if (fs.exists(committed(staging))) {
      // Its files must not be replaced, not even by equal ones: readers may have them open.
      throw new UserInputException(
          "Cannot commit run %s: another driver has committed it meanwhile. Its result will be used."
              .formatted(manifest.runId()));
    }
    writeWhole(new Path(paths.staging(staging), INTENT), manifest.toJson());
    publish(staging, manifest);
  }

  /** Deletes what was staged, unless its commit has begun: that one is to be rolled forward. */
  public void discard(String staging) throws IOException {
    if (!fs.exists(new Path(paths.staging(staging), INTENT))) {
      fs.delete(paths.staging(staging), true);
    }
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
      String staging = folder.getPath().getName();
      if (fs.exists(committed(staging))) {
        // Step 5 was cut short: the intent may be gone already and the rest not.
        cleanUp(staging);
        continue;
      }
      Path intent = new Path(folder.getPath(), INTENT);
      if (fs.exists(intent)) {
        LOG.info("Finishing the commit of {}", staging);
        try {
          publish(staging, intent);
        } catch (IOException e) {
          // One broken leftover must not block the archive: its run reports it when asked for.
          LOG.error(
              "Cannot finish the commit in {}: {}. Repeat its command, or delete the folder.",
              folder.getPath(),
              e.toString());
        }
      }
    }
  }

  private void publish(String staging, Path intent) throws IOException {
    byte[] manifest;
    try {
      manifest = readWhole(intent);
    } catch (FileNotFoundException e) {
      if (fs.exists(committed(staging))) {
        return;
      }
      throw e;
    }
    Manifest found = Manifest.ofJson(manifest);
    if (!found.name().equals(staging)) {
      throw new IOException("the intent in %s is of %s".formatted(staging, found.name()));
    }
    publish(staging, found);
  }

  private void publish(String staging, Manifest manifest) throws IOException {
    for (DataFile file : manifest.files()) {
      place(staged(staging, file.path()), new Path(paths.root(), file.path()), file);
    }
    if (!fs.exists(committed(staging))) {
      makeVisible(staging, manifest);
    }
    cleanUp(staging);
  }

  private void place(Path source, Path target, DataFile file) throws IOException {
    if (!fs.exists(source)) {
      if (!sameLength(target, file.bytes())) {
        throw new IOException(
            "%s is missing: neither staged nor in its place".formatted(file.path()));
      }
      return;
    }
    if (fs.getFileStatus(source).getLen() != file.bytes()) {
      throw new IOException("%s was replaced after it was staged".formatted(file.path()));
    }
    fs.mkdirs(target.getParent());
    if (fs.exists(target) && !sameLength(target, file.bytes())) {
      // Of an attempt that could not finish; no manifest names it.
      fs.delete(target, false);
    }
    IOException failure = null;
    try {
      if (fs.rename(source, target)) {
        return;
      }
    } catch (IOException e) {
      failure = e;
    }
    // Another driver was faster, or the answer got lost: what counts is what lies there.
    if (!sameLength(target, file.bytes())) {
      throw new IOException("cannot move %s to %s".formatted(source, target), failure);
    }
  }

  private void makeVisible(String staging, Manifest manifest) throws IOException {
    Path committed = committed(staging);
    // Beside its final place, since another driver that is done deletes the staging folder.
    Path whole = partial(committed);
    IOException failure = null;
    try {
      write(whole, manifest.toJson());
      if (fs.rename(whole, committed)) {
        return;
      }
    } catch (IOException e) {
      failure = e;
    }
    if (!fs.exists(committed)) {
      throw new IOException("cannot create " + committed, failure);
    }
  }

  /** Step 5, the staging folder last: as long as it is there somebody will come and finish. */
  private void cleanUp(String staging) throws IOException {
    Path committed = committed(staging);
    for (FileStatus file : fs.listStatus(paths.commits())) {
      String name = file.getPath().getName();
      if (name.startsWith(partialPrefix(committed)) && name.endsWith(PARTIAL)) {
        fs.delete(file.getPath(), false);
      }
    }
    fs.delete(paths.staging(staging), true);
  }

  private Path committed(String name) {
    return new Path(paths.commits(), name + ".json");
  }

  private boolean sameLength(Path file, long bytes) throws IOException {
    return fs.exists(file) && fs.getFileStatus(file).getLen() == bytes;
  }

  /** Writes a small file so that it is either whole or absent under its name. */
  private void writeWhole(Path file, byte[] content) throws IOException {
    Path partial = partial(file);
    write(partial, content);
    if (!fs.rename(partial, file)) {
      fs.delete(file, false);
      if (!fs.rename(partial, file)) {
        throw new IOException("cannot create " + file);
      }
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    try (OutputStream out = fs.create(file, false)) {
      out.write(content);
    }
  }

  /** Each writer has its own: one that truncated another's would make a manifest of no bytes. */
  private static Path partial(Path file) {
    return new Path(file.getParent(), partialPrefix(file) + UUID.randomUUID() + PARTIAL);
  }

  private static String partialPrefix(Path file) {
    return "." + file.getName() + ".";
  }

  private byte[] readWhole(Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return in.readAllBytes();
    }
  }
}
