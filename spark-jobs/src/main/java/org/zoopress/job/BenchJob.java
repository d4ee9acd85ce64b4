package org.zoopress.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Lease;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.Row;
import org.zoopress.archive.RunCommit;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.io.HadoopModelFolder;

/**
 * Rate, error and accuracy of every method on a zoo at several sizes. Inputs: a zoo, data
 * descriptors. Outputs: a committed run for each method and budget, and for all methods together;
 * evaluations; a table and a picture. Usage:
 *
 * <pre>  zoopress bench --zoo models --archive archive --bits 8,4,2 --data cifar10.yaml --to bench
 * </pre>
 *
 * <p>Each unit is solved once by each method: runs differ in what they choose from, so their
 * candidates lie in one staging folder that lives as long as the bench. Run ids are stable; after a
 * kill the same command goes on with the first run that is not committed.
 */
public final class BenchJob implements ZooJob<BenchRequest, BenchReport> {
  /** No run can be named so: run ids begin with a letter or digit. */
  private static final String STAGING = "_bench";

  @Override
  public BenchReport run(SparkSession session, BenchRequest request, Progress progress)
      throws Exception {
    long begin = System.nanoTime();
    Configuration conf = session.sparkContext().hadoopConfiguration();
    Path root = OpenRun.qualified(conf, request.archive());
    FileSystem fs = ParquetRows.fileSystem(conf, root);
    List<BenchRun> runs = BenchRun.of(request);
    Map<String, DataFile> dataSets = dataSets(conf, request);
    new RunCommit(conf, root).rollForward();
    checkRuns(conf, ArchiveReader.openOrEmpty(conf, root), request, runs);

    Path staging = new ArchivePaths(root).staging(STAGING);
    Path solved = new Path(staging, "solved");
    fs.mkdirs(solved);
    Duration term = Duration.ofSeconds(request.settings().get(Keys.RUN_LEASE_SECONDS));
    Map<String, String> unreachable = new LinkedHashMap<>();
    try (Lease lease = Lease.acquire(fs, new Path(staging, "lease.json"), term)) {
      for (int i = 0; i < runs.size(); i++) {
        BenchRun run = runs.get(i);
        progress.message(
            "bench %d of %d: %s at %s bits"
                .formatted(i + 1, runs.size(), run.method(), BenchRun.number(run.bits())));
        try {
          compress(session, request, run, solved, progress);
          evaluate(session, request, run, dataSets, progress);
        } catch (UnreachableTargetException e) {
          unreachable.put(run.runId(), e.getMessage());
          progress.message(e.getMessage());
          fs.delete(new ArchivePaths(root).staging(run.runId()), true);
        }
        lease.check();
      }
      fs.delete(staging, true);
    }
    List<BenchReport.Row> rows =
        BenchRows.read(
            ArchiveReader.openOrEmpty(conf, root),
            runs,
            List.copyOf(dataSets.keySet()),
            unreachable);
    return new BenchReport(
        rows,
        BenchComparison.of(rows),
        write(conf, request.to(), rows),
        (System.nanoTime() - begin) * 1e-9);
  }

  /** A data set and where its descriptor lies. */
  private record DataFile(String file, DataDescriptor descriptor) {

    /** Whether all models of a run that it is for have failed: there is nothing to evaluate. */
    boolean isForFailedOnly(List<Row> models) {
      List<Row> matching =
          models.stream().filter(row -> descriptor.appliesTo(row.string("model"))).toList();
      return !matching.isEmpty()
          && matching.stream().noneMatch(row -> "ok".equals(row.string("status")));
    }
  }

  /** Reads all descriptors before anything is solved, by name of the data set. */
  private static Map<String, DataFile> dataSets(Configuration conf, BenchRequest request)
      throws IOException {
    Map<String, DataFile> dataSets = new LinkedHashMap<>();
    for (String file : request.data()) {
      Path path = OpenRun.qualified(conf, file);
      DataDescriptor descriptor =
          DataDescriptor.read(new HadoopModelFolder(conf, path.getParent()), path.getName());
      DataFile other = dataSets.put(descriptor.name(), new DataFile(file, descriptor));
      if (other != null) {
        throw new UserInputException(
            "Cannot use both %s and %s: they have the same name '%s'. Give one of them another."
                .formatted(other.file(), file, descriptor.name()));
      }
    }
    return dataSets;
  }

  private static void checkRuns(
      Configuration conf, ArchiveReader archive, BenchRequest request, List<BenchRun> runs)
      throws IOException {
    for (BenchRun run : runs) {
      Optional<Manifest> committed = archive.run(run.runId());
      if (committed.isPresent()
          && !committed
              .get()
              .request()
              .equals(OpenRun.fingerprint(conf, compressRequest(request, run)))) {
        throw new UserInputException(
            "Cannot bench into archive %s: its run '%s' is of another zoo, other settings or another version. Choose another --archive."
                .formatted(archive.root(), run.runId()));
      }
    }
  }

  private static CompressRequest compressRequest(BenchRequest request, BenchRun run) {
    return new CompressRequest(
        request.zoo(), request.archive(), Optional.of(run.runId()), run.settings());
  }

  private static void compress(
      SparkSession session, BenchRequest request, BenchRun run, Path solved, Progress progress)
      throws Exception {
    var unused =
        new CompressJob(Optional.of(solved)).run(session, compressRequest(request, run), progress);
  }

  /** Evaluates on each data set on which the run was not evaluated before. */
  private static void evaluate(
      SparkSession session,
      BenchRequest request,
      BenchRun run,
      Map<String, DataFile> dataSets,
      Progress progress)
      throws Exception {
    Configuration conf = session.sparkContext().hadoopConfiguration();
    List<String> done =
        BenchRows.evaluated(
            ArchiveReader.open(conf, OpenRun.qualified(conf, request.archive())), run.runId());
    for (Map.Entry<String, DataFile> data : dataSets.entrySet()) {
      if (!done.contains(data.getKey())) {
        var unused =
            new EvaluateJob()
                .run(
                    session,
                    new EvaluateRequest(
                        request.archive(),
                        request.zoo(),
                        data.getValue().file(),
                        Optional.of(run.runId()),
                        Optional.empty(),
                        run.settings()),
                    progress);
      }
    }
  }

  private static List<String> write(
      Configuration conf, Optional<String> to, List<BenchReport.Row> rows) throws IOException {
    List<String> files = new ArrayList<>();
    if (to.isPresent()) {
      Path folder = OpenRun.qualified(conf, to.get());
      files.add(write(conf, new Path(folder, "bench.csv"), BenchCsv.of(rows)));
      files.add(write(conf, new Path(folder, "bench.svg"), BenchChart.svg(rows)));
    }
    return files;
  }

  private static String write(Configuration conf, Path file, String text) throws IOException {
    FileSystem fs = ParquetRows.fileSystem(conf, file);
    try (OutputStream out = fs.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Path.getPathWithoutSchemeAndAuthority(file).toString();
  }
}
