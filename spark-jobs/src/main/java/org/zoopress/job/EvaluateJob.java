package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Lease;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.Row;
import org.zoopress.archive.RunCommit;
import org.zoopress.archive.Table;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.config.Keys;
import org.zoopress.error.UserInputException;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxEvaluator;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.SampleBatchSource;
import org.zoopress.evaluate.ShardResult;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.io.LocalFiles;
import org.zoopress.metric.ConfidenceInterval;

/**
 * Runs originals and restored networks side by side on a labelled data set, by (model × shard of
 * samples) on executors. Inputs: archive, the zoo it came from, a data descriptor. Outputs: rows in
 * {@code evaluations}. Usage:
 *
 * <pre>  zoopress evaluate --archive archive --zoo models --data cifar10.yaml</pre>
 *
 * <p>A model without a graph (safetensors, checkpoint) is evaluated through an ONNX model of the
 * same run that holds the very same tensors; both then share their payloads, so the figures are the
 * same.
 */
public final class EvaluateJob implements ZooJob<EvaluateRequest, EvaluateReport> {
  static final long SHARD_SAMPLES = 256;

  /** One network on one shard; model files are copied to the executor once a task. */
  record Task(String model, List<String> before, List<String> after, long first, long count)
      implements Serializable {}

  private record Outcome(
      String model,
      long first,
      ShardResult result,
      long nanosBefore,
      long nanosAfter,
      String refusal)
      implements Serializable {}

  @Override
  public EvaluateReport run(SparkSession session, EvaluateRequest request, Progress progress)
      throws Exception {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    Path root = OpenRun.qualified(conf, request.archive());
    Path zoo = OpenRun.qualified(conf, request.zoo());
    Path data = OpenRun.qualified(conf, request.data());
    RunCommit commit = new RunCommit(conf, root);
    commit.rollForward();
    String runId = ArchiveReader.open(conf, root).runOrNewest(request.runId()).runId();
    HadoopModelFolder dataFolder = new HadoopModelFolder(conf, data.getParent());
    DataDescriptor descriptor = DataDescriptor.read(dataFolder, data.getName());
    DataSet dataSet = DataSet.open(descriptor, dataFolder);
    long samples = Math.min(dataSet.size(), request.limit().orElse(Long.MAX_VALUE));

    String staging = runId + ".evaluation-" + UUID.randomUUID();
    int batch = request.settings().get(Keys.EVALUATE_BATCH);
    ArchivePaths paths = new ArchivePaths(root);
    Path restored = new Path(paths.staging(staging), "restored");
    Duration term = Duration.ofSeconds(request.settings().get(Keys.RUN_LEASE_SECONDS));
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(conf));
    // Nothing that is being evaluated may be collected.
    try (Lease lease =
        ArchiveLease.acquire(ParquetRows.fileSystem(conf, root), paths, staging, term)) {
      ArchiveReader archive = ArchiveReader.open(conf, root); // anew: the run may be gone
      Manifest run = archive.runOrNewest(Optional.of(runId));
      EvaluationInputs inputs =
          new EvaluationInputs(
              new ModelRestorer(spark, hadoop, archive),
              conf,
              archive,
              run,
              zoo,
              restored,
              progress);
      inputs.collect(descriptor, samples);
      Map<String, Outcome> results = evaluate(spark, hadoop, inputs.tasks(), data, batch, progress);
      List<Row> rows = rows(descriptor, results, inputs.notEvaluated(), inputs.companions());
      lease.check();
      return commit(commit, conf, run, staging, rows);
    } finally {
      commit.discard(staging);
    }
  }

  private static Map<String, Outcome> evaluate(
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> hadoop,
      List<Task> tasks,
      Path data,
      int batch,
      Progress progress) {
    if (tasks.isEmpty()) {
      return Map.of();
    }
    long total = tasks.stream().mapToLong(Task::count).sum();
    List<Outcome> outcomes;
    try (StageProgress stage = new StageProgress(spark, progress, "evaluating samples", total)) {
      LongAccumulator done = stage.done();
      String folder = data.getParent().toString();
      String name = data.getName();
      outcomes =
          new ArrayList<>(
              spark
                  .parallelize(tasks, tasks.size())
                  .map(
                      task -> {
                        Outcome outcome =
                            evaluate(hadoop.value().value(), folder, name, batch, task);
                        done.add(task.count());
                        return outcome;
                      })
                  .collect());
    }
    outcomes.sort(Comparator.comparing(Outcome::model).thenComparingLong(Outcome::first));
    Map<String, Outcome> merged = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      merged.merge(
          outcome.model(),
          outcome,
          (a, b) ->
              new Outcome(
                  a.model(),
                  a.first(),
                  a.result().plus(b.result()),
                  a.nanosBefore() + b.nanosBefore(),
                  a.nanosAfter() + b.nanosAfter(),
                  a.refusal().isEmpty() ? b.refusal() : a.refusal()));
    }
    return merged;
  }

  private static Outcome evaluate(
      Configuration conf, String dataFolder, String dataFile, int batch, Task task)
      throws IOException {
    java.nio.file.Path local = Files.createTempDirectory("zoopress-evaluate");
    try {
      java.nio.file.Path original = LocalFiles.fetch(conf, task.before(), local.resolve("before"));
      java.nio.file.Path changed = LocalFiles.fetch(conf, task.after(), local.resolve("after"));
      HadoopModelFolder folder = new HadoopModelFolder(conf, new Path(dataFolder));
      DataSet dataSet = DataSet.open(DataDescriptor.read(folder, dataFile), folder);
      try (OnnxSession before = OnnxSession.ofFile(original);
          OnnxSession after = OnnxSession.ofFile(changed);
          SampleBatchSource shard = dataSet.shard(task.first(), task.count())) {
        Optional<String> mismatch = before.mismatch(shard.shape());
        if (mismatch.isPresent()) {
          return new Outcome(task.model(), task.first(), ShardResult.EMPTY, 0, 0, mismatch.get());
        }
        ShardResult result = OnnxEvaluator.evaluate(before, after, shard, batch);
        return new Outcome(
            task.model(),
            task.first(),
            result,
            before.inferenceNanoseconds(),
            after.inferenceNanoseconds(),
            "");
      }
    } catch (UserInputException | CorruptDataException e) {
      return new Outcome(task.model(), task.first(), ShardResult.EMPTY, 0, 0, e.getMessage());
    } finally {
      LocalFiles.delete(local);
    }
  }

  private static List<Row> rows(
      DataDescriptor descriptor,
      Map<String, Outcome> results,
      Map<String, Row> skipped,
      Map<String, String> companions) {
    Map<String, Row> rows = new TreeMap<>();
    results.forEach((model, outcome) -> rows.put(model, row(model, outcome, null)));
    companions.forEach(
        (model, graph) -> {
          Outcome outcome = results.get(graph);
          if (outcome == null) {
            rows.put(model, skippedRow(model, "its graph %s was not evaluated".formatted(graph)));
          } else {
            rows.put(
                model,
                row(
                    model,
                    outcome,
                    "evaluated through the graph of %s, which holds the same tensors"
                        .formatted(graph)));
          }
        });
    rows.putAll(skipped);
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    rows.values().forEach(row -> row.set("dataset", descriptor.name()).set("evaluated_at", now));
    return new ArrayList<>(rows.values());
  }

  static Row skippedRow(String model, String reason) {
    return new Row().set("model", model).set("status", "skipped").set("reason", reason);
  }

  private static Row row(String model, Outcome outcome, String reason) {
    if (!outcome.refusal().isEmpty()) {
      return skippedRow(model, outcome.refusal());
    }
    ShardResult result = outcome.result();
    ConfidenceInterval interval = result.top1After().interval();
    return new Row()
        .set("model", model)
        .set("status", "ok")
        .set("reason", reason)
        .set("samples", result.samples())
        .set("correct_before", result.correctBefore())
        .set("correct_after", result.correctAfter())
        .set("top1_before", result.top1Before().share())
        .set("top1_after", result.top1After().share())
        .set("top1_after_low", interval.lower())
        .set("top1_after_high", interval.upper())
        .set("agreement", result.agreement().share())
        .set("kl_nats", result.meanKl())
        .set("inference_seconds_before", outcome.nanosBefore() * 1e-9)
        .set("inference_seconds_after", outcome.nanosAfter() * 1e-9);
  }

  private static EvaluateReport commit(
      RunCommit commit, Configuration conf, Manifest run, String staging, List<Row> rows)
      throws IOException {
    Instant now = Instant.now();
    String folder = run.files().get(0).path();
    String partition = folder.substring(folder.indexOf("run_date="), folder.lastIndexOf('/'));
    String path = "%s/%s/%s.parquet".formatted(Table.EVALUATIONS.label(), partition, staging);
    long bytes = ParquetRows.write(conf, commit.staged(staging, path), Table.EVALUATIONS, rows);
    commit.commit(
        staging,
        new Manifest(
            Manifest.CURRENT_FORMAT,
            "evaluate",
            run.runId(),
            staging,
            now.toString(),
            "",
            List.of(new Manifest.DataFile(Table.EVALUATIONS.label(), path, bytes))));
    List<EvaluateReport.Evaluation> evaluations = new ArrayList<>();
    List<EvaluateReport.Skipped> skipped = new ArrayList<>();
    for (Row row : rows) {
      if ("ok".equals(row.string("status"))) {
        evaluations.add(evaluation(row));
      } else {
        skipped.add(new EvaluateReport.Skipped(row.string("model"), row.string("reason")));
      }
    }
    return new EvaluateReport(run.runId(), evaluations, skipped);
  }

  /** The figures of a row of {@code evaluations} that is ok. */
  static EvaluateReport.Evaluation evaluation(Row row) {
    return new EvaluateReport.Evaluation(
        row.string("model"),
        row.string("dataset"),
        row.int64("samples"),
        row.int64("correct_before"),
        row.int64("correct_after"),
        row.float64("top1_before"),
        row.float64("top1_after"),
        row.float64("agreement"),
        row.float64("kl_nats"));
  }
}
