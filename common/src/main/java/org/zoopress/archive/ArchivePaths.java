package org.zoopress.archive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.apache.hadoop.fs.Path;
import org.zoopress.error.Check;
import org.zoopress.method.SharedObject;

/** Names of folders and files of an archive. */
public record ArchivePaths(Path root) {

  /**
   * A run id becomes a folder name and part of SQL: letters, digits, dot, dash and underscore only.
   */
  public static String checkedRunId(String runId) {
    Check.argument(
        runId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
        "Cannot use run id '%s': it must begin with a letter or digit and hold at most 100 letters, digits, '.', '_', '-'. "
            + "Choose another --run-id.",
        runId);
    return runId;
  }

  /** Folder of a table. */
  public Path table(Table table) {
    return new Path(root, table.label());
  }

  /** Path of a table's file relative to the archive. */
  public static String relative(Table table, String runId, Instant date, String file) {
    return "%s/run_date=%s/run_id=%s/%s"
        .formatted(table.label(), LocalDate.ofInstant(date, ZoneOffset.UTC), runId, file);
  }

  /** Name of a pack's file. */
  public static String packFile(int pack) {
    return "pack-%09d.parquet".formatted(pack);
  }

  /** Path of a shared object relative to the archive: its SHA-256 is its name. */
  public static String relative(SharedObject object) {
    byte[] digest = Digests.sha256Bytes(object.content());
    return "codebooks/%s.factors".formatted(HexFormat.of().formatHex(digest));
  }

  /** Folder of the manifests. */
  public Path commits() {
    return new Path(root, "_commits");
  }

  /** The work in progress of a run. */
  public Path staging(String runId) {
    return new Path(new Path(root, "_staging"), runId);
  }

  /** Lease of whoever deletes files of the archive; no run has such a name. */
  public Path collectorLease() {
    return new Path(staging(".gc"), "lease.json");
  }
}
