package org.zoopress.archive;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.error.UserInputException;

/** The committed runs of an archive and their rows. Reads manifests once, when opened. */
public final class ArchiveReader {
  private final Configuration conf;
  private final Path root;
  private final List<Manifest> manifests;

  private ArchiveReader(Configuration conf, Path root, List<Manifest> manifests) {
    this.conf = conf;
    this.root = root;
    this.manifests = manifests;
  }

  /** Opens an archive that may be empty or missing. */
  public static ArchiveReader openOrEmpty(Configuration conf, Path root) throws IOException {
    FileSystem fs = ParquetRows.fileSystem(conf, root);
    List<Manifest> manifests = new ArrayList<>();
    FileStatus[] files;
    try {
      files = fs.listStatus(new ArchivePaths(root).commits());
    } catch (FileNotFoundException e) {
      files = new FileStatus[0];
    }
    for (FileStatus file : files) {
      if (file.getPath().getName().endsWith(".json")) {
        manifests.add(manifest(fs, file));
      }
    }
    manifests.sort(Comparator.comparing(Manifest::committedAt).thenComparing(Manifest::name));
    return new ArchiveReader(conf, root, List.copyOf(manifests));
  }

  /**
   * Opens an archive with at least one committed run.
   *
   * @throws UserInputException if there is none
   */
  public static ArchiveReader open(Configuration conf, Path root) throws IOException {
    ArchiveReader reader = openOrEmpty(conf, root);
    if (reader.manifests.isEmpty()) {
      throw new UserInputException(
          "Cannot open archive %s: it has no committed run. Run `zoopress compress --archive %s` first, or check the path."
              .formatted(root, root));
    }
    return reader;
  }

  /** The archive's folder. */
  public Path root() {
    return root;
  }

  /** All manifests, oldest first, evaluations included. */
  public List<Manifest> manifests() {
    return manifests;
  }

  /** Manifests of compress runs, oldest first. */
  public List<Manifest> runs() {
    return manifests.stream().filter(manifest -> manifest.kind().equals("compress")).toList();
  }

  /** The committed run of this id. */
  public Optional<Manifest> run(String runId) {
    return runs().stream().filter(manifest -> manifest.runId().equals(runId)).findFirst();
  }

  /**
   * The run asked for, or the newest.
   *
   * @throws UserInputException if there is no such run
   */
  public Manifest runOrNewest(Optional<String> runId) {
    List<Manifest> runs = runs();
    if (runId.isPresent()) {
      return run(runId.get())
          .orElseThrow(
              () ->
                  new UserInputException(
                      "Cannot find run '%s' in archive %s: its committed runs are %s. Name one of them with --run-id."
                          .formatted(
                              runId.get(), root, runs.stream().map(Manifest::runId).toList())));
    }
    return runs.get(runs.size() - 1);
  }

  /** Rows of one table of one manifest. */
  public List<Row> rows(Manifest manifest, Table table) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Manifest.DataFile file : manifest.files(table)) {
      rows.addAll(ParquetRows.read(conf, new Path(root, file.path()), table));
    }
    return rows;
  }

  /** Where the packs of all runs lie. */
  public PackStore.Index packs() {
    return PackStore.Index.of(root, runs());
  }

  private static Manifest manifest(FileSystem fs, FileStatus file) throws IOException {
    byte[] json = new byte[Math.toIntExact(file.getLen())];
    try (FSDataInputStream in = fs.open(file.getPath())) {
      in.readFully(0, json);
    }
    Manifest manifest;
    try {
      manifest = Manifest.ofJson(json);
    } catch (IOException e) {
      throw new UserInputException(
          "Cannot read manifest %s: %s. Restore this file from a backup; it names the files of a run."
              .formatted(file.getPath(), e.getMessage()),
          e);
    }
    if (manifest.formatVersion() > Manifest.CURRENT_FORMAT) {
      throw new UserInputException(
          "Cannot read run %s: archive format %d is newer than %d, the newest this software knows. Update Zoopress."
              .formatted(manifest.runId(), manifest.formatVersion(), Manifest.CURRENT_FORMAT));
    }
    return manifest;
  }
}
