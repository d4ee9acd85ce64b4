package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;

/** Reports computed from what was stored, not from what was meant. */
final class Reports {
  private Reports() {}

  /** Bytes of payload packs, and of shared objects that no earlier run had stored. */
  private static long addedBytes(ArchiveReader archive, Manifest manifest) {
    Set<Manifest.DataFile> there = new HashSet<>();
    for (Manifest earlier : archive.runs()) {
      if (earlier.runId().equals(manifest.runId())) {
        break;
      }
      there.addAll(earlier.shared());
    }
    long packs = manifest.files(Table.PAYLOADS).stream().mapToLong(Manifest.DataFile::bytes).sum();
    return packs
        + manifest.shared().stream()
            .filter(file -> !there.contains(file))
            .mapToLong(Manifest.DataFile::bytes)
            .sum();
  }

  /** The report of a committed compress run. */
  static CompressReport ofCommitted(ArchiveReader archive, Manifest manifest) throws IOException {
    Row run = archive.rows(manifest, Table.RUNS).get(0);
    long stored = addedBytes(archive, manifest);
    List<CompressReport.ModelLine> lines = new ArrayList<>();
    for (Row model : archive.rows(manifest, Table.MODELS)) {
      boolean ok = "ok".equals(model.string("status"));
      lines.add(
          new CompressReport.ModelLine(
              model.string("model"),
              ok ? model.string("format") : "",
              model.string("status"),
              model.int32("tensors"),
              model.int64("original_bytes"),
              model.int64("stored_bytes"),
              ok ? model.float64("compression_ratio") : Double.NaN,
              ok ? model.float64("relative_error") : Double.NaN,
              ok ? "" : model.string("error_message")));
    }
    return new CompressReport(
        manifest.runId(),
        "already-committed",
        run.int32("models_ok"),
        run.int32("models_failed"),
        run.int64("tensors_solved"),
        run.int64("tensors_reused"),
        run.int64("original_bytes"),
        stored,
        run.float64("compression_ratio"),
        run.float64("bits_per_weight"),
        run.float64("wall_seconds"),
        lines);
  }
}
