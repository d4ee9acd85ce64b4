package org.zoopress.job;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.Row;
import org.zoopress.archive.RunCommit;
import org.zoopress.archive.Table;
import org.zoopress.method.SharedId;

/**
 * Compresses a zoo into an archive.
 *
 * <p>Inputs: a folder of models on any Hadoop file system. Outputs: one committed run in the
 * archive. Usage:
 *
 * <pre>  zoopress compress --zoo models --archive archive --methods scalar --set scalar.bits=4
 * </pre>
 *
 * <p>Steps: list, read headers, hash tensors, cut into weight partitions, solve, plan, write packs
 * and tables, commit. Weights and payloads never pass through the driver; it holds headers,
 * candidates' sizes and errors, and the plan.
 */
public final class CompressJob implements ZooJob<CompressRequest, CompressReport> {
  private final Optional<Path> solved;
  private final NetworkMethod networks;

  /** Keeps what it solves to itself. */
  public CompressJob() {
    this(Optional.empty());
  }

  /**
   * @param solved folder of solved candidates that runs of other methods and targets share; the
   *     caller keeps other drivers out of it and deletes it
   */
  CompressJob(Optional<Path> solved) {
    this(solved, new DataFreeNetworks());
  }

  /** The same with another way to compress networks. */
  CompressJob(Optional<Path> solved, NetworkMethod networks) {
    this.solved = solved;
    this.networks = networks;
  }

  @Override
  public CompressReport run(SparkSession session, CompressRequest request, Progress progress)
      throws Exception {
    Configuration conf = session.sparkContext().hadoopConfiguration();
    Path root = OpenRun.qualified(conf, request.archive());
    new RunCommit(conf, root).rollForward();
    request.runId().ifPresent(ArchivePaths::checkedRunId);
    ArchiveReader archive = ArchiveReader.openOrEmpty(conf, root);
    Optional<Manifest> committed =
        OpenRun.committed(archive, request, OpenRun.fingerprint(conf, request));
    if (committed.isPresent()) {
      progress.message(
          "run %s is committed already: nothing to do".formatted(committed.get().runId()));
      return Reports.ofCommitted(archive, committed.get());
    }
    Manifest manifest;
    Instant begin = Instant.now();
    try (OpenRun run = OpenRun.of(session, request, solved, networks, progress)) {
      manifest = complete(run, begin);
    }
    return Reports.ofCommitted(ArchiveReader.openOrEmpty(conf, root), manifest)
        .withStatus("committed");
  }

  private static Manifest complete(OpenRun run, Instant begin) throws IOException {
    RunContext context = run.context();
    RunIdentity identity = run.identity();
    run.fs().delete(run.commit().staged(identity.runId(), ""), true);
    RunPreparation.Prepared prepared = run.prepare();
    PackPlan packs = prepared.packs();
    List<DataFile> data =
        new ArrayList<>(
            PackStage.run(
                context,
                run.commit(),
                identity.runId(),
                identity.startedAt(),
                packs.contents().packs()));
    data.addAll(shared(run, prepared));
    long storedBytes =
        data.stream()
                .filter(file -> !file.table().equals(Manifest.SHARED))
                .mapToLong(DataFile::bytes)
                .sum()
            + packs.newSharedBytes();

    packs.checkBudget(storedBytes);

    context.progress().stage("writing tables", 0);
    RunRows rows = new RunRows(context, identity, prepared.result(), prepared.plan(), packs);
    data.add(write(run, Table.MODELS, rows.models()));
    data.add(write(run, Table.TENSORS, rows.tensors()));
    data.add(write(run, Table.CANDIDATES, rows.candidates()));
    if (ShareStage.sharesCodebooks(context.settings()) || !packs.shared().isEmpty()) {
      SharedArchive known =
          SharedArchive.read(context.hadoop(), run.archive(), prepared.result().shared());
      SharedRows shared = new SharedRows(prepared.result(), packs.shared(), known, rows.tensors());
      data.add(write(run, Table.CODEBOOKS, shared.codebooks()));
      data.add(write(run, Table.CODEBOOK_TRAINING, shared.training()));
    }
    data.add(write(run, Table.RUNS, List.of(rows.run(storedBytes, begin))));
    run.lease().check();
    context.progress().stage("committing", 0);
    Manifest manifest =
        new Manifest(
            Manifest.CURRENT_FORMAT,
            "compress",
            identity.runId(),
            identity.runId(),
            Instant.now().toString(),
            run.request(),
            data);
    run.commit().commit(identity.runId(), manifest);
    return manifest;
  }

  /** The shared objects that the run refers to; those that the archive lacks are staged. */
  private static List<DataFile> shared(OpenRun run, RunPreparation.Prepared prepared)
      throws IOException {
    SharedCatalog catalog = prepared.result().shared();
    List<DataFile> files = new ArrayList<>();
    for (SharedId id : prepared.packs().shared()) {
      DataFile file = catalog.file(id);
      files.add(file);
      if (!catalog.isStored(id)) {
        Path staged = run.commit().staged(run.identity().runId(), file.path());
        try (OutputStream out = run.fs().create(staged, true)) {
          out.write(catalog.object(id).content());
        }
      }
    }
    return files;
  }

  private static DataFile write(OpenRun run, Table table, List<Row> rows) throws IOException {
    RunIdentity identity = run.identity();
    String path =
        ArchivePaths.relative(table, identity.runId(), identity.startedAt(), "part-00000.parquet");
    Path staged = run.commit().staged(identity.runId(), path);
    return new DataFile(
        table.label(), path, ParquetRows.write(run.context().hadoop(), staged, table, rows));
  }
}
