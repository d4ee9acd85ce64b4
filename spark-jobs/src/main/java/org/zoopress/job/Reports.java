package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;

/** Reports computed from what was stored, not from what was meant. */
final class Reports {
  private Reports() {}

  /** The report of a committed compress run. */
  static CompressReport ofCommitted(ArchiveReader archive, Manifest manifest) throws IOException {
    Row run = archive.rows(manifest, Table.RUNS).get(0);
    long stored = manifest.files(Table.PAYLOADS).stream().mapToLong(Manifest.DataFile::bytes).sum();
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
