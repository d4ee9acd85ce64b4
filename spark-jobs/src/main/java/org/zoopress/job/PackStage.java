package org.zoopress.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.RunCommit;
import org.zoopress.archive.Table;
import org.zoopress.io.PackWriter;
import org.zoopress.io.PackWriter.Pack;

/** Writes the packs on executors, one file each. */
final class PackStage {
  private PackStage() {}

  static List<DataFile> run(
      RunContext run, RunCommit commit, String runId, Instant date, List<Pack> packs) {
    if (packs.isEmpty()) {
      return List.of();
    }
    long bytes = packs.stream().mapToLong(Pack::bytes).sum();
    try (StageProgress stage =
        new StageProgress(run.spark(), run.progress(), "writing payloads", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      String staged = commit.staged(runId, "").toString();
      List<DataFile> files =
          new ArrayList<>(
              run.spark()
                  .parallelize(packs, packs.size())
                  .map(
                      pack -> {
                        String path =
                            ArchivePaths.relative(
                                Table.PAYLOADS, runId, date, ArchivePaths.packFile(pack.number()));
                        long length =
                            PackWriter.write(conf.value().value(), pack, new Path(staged, path));
                        done.add(pack.bytes());
                        return new DataFile(Table.PAYLOADS.label(), path, length);
                      })
                  .collect());
      files.sort(Comparator.comparing(DataFile::path));
      return files;
    }
  }
}
