package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PackStore;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.payload.Payload;

/**
 * Decodes every payload of a run and compares pack hashes, CRCs and restored values with what was
 * recorded when their error was measured. Inputs: an archive. Outputs: none. Usage:
 *
 * <pre>  zoopress verify --archive archive</pre>
 */
public final class VerifyJob implements ZooJob<VerifyRequest, VerifyReport> {

  /** A payload and, for each part of a tensor in it, the recorded hash of the restored values. */
  private record Check(PayloadPointer pointer, Map<PartPointer, String> restoredKeys)
      implements Serializable {}

  /** What is wrong with a payload. */
  private record Wrong(PayloadPointer pointer, String reason) implements Serializable {}

  @Override
  public VerifyReport run(SparkSession session, VerifyRequest request, Progress progress)
      throws Exception {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    ArchiveReader archive = ArchiveReader.open(conf, new Path(request.archive()));
    List<Manifest> runs =
        request.runId().isPresent()
            ? List.of(archive.runOrNewest(request.runId()))
            : archive.runs();
    Map<Manifest, List<Row>> tensors = new LinkedHashMap<>();
    Map<PayloadPointer, Map<PartPointer, String>> checks = new HashMap<>();
    for (Manifest run : runs) {
      List<Row> rows = archive.rows(run, Table.TENSORS);
      tensors.put(run, rows);
      for (Row tensor : rows) {
        for (StoredPart part : RunRows.parts(tensor)) {
          checks
              .computeIfAbsent(part.pointer(), p -> new HashMap<>())
              .put(part.partPointer(), part.restoredKey());
        }
      }
    }
    Map<PayloadPointer, String> wrong = decode(spark, conf, archive, checks, progress);
    PackStore packs = new PackStore(conf, archive.packs());
    Map<PayloadPointer, String> checkedBlobs = new HashMap<>();
    List<VerifyReport.Failure> failures = new ArrayList<>();
    long checked = 0;
    for (Manifest run : runs) {
      for (Row tensor : tensors.get(run)) {
        checked++;
        Optional<String> reason =
            RunRows.parts(tensor).stream()
                .flatMap(part -> Optional.ofNullable(wrong.get(part.pointer())).stream())
                .findFirst();
        reason.ifPresent(
            text ->
                failures.add(
                    new VerifyReport.Failure(
                        run.runId(), tensor.string("model"), tensor.string("tensor"), text)));
      }
      failures.addAll(blobs(packs, checkedBlobs, archive, run, tensors.get(run)));
    }
    return new VerifyReport(checked, failures.size(), failures);
  }

  private static Map<PayloadPointer, String> decode(
      JavaSparkContext spark,
      Configuration conf,
      ArchiveReader archive,
      Map<PayloadPointer, Map<PartPointer, String>> checks,
      Progress progress) {
    Map<String, List<Check>> byPack = new HashMap<>();
    checks.forEach(
        (pointer, keys) ->
            byPack
                .computeIfAbsent(pointer.runId() + "/" + pointer.pack(), p -> new ArrayList<>())
                .add(new Check(pointer, new HashMap<>(keys))));
    List<List<Check>> tasks = new ArrayList<>();
    byPack.values().forEach(pack -> tasks.addAll(split(pack)));
    if (tasks.isEmpty()) {
      return Map.of();
    }
    long bytes = checks.keySet().stream().mapToLong(PayloadPointer::length).sum();
    Map<PayloadPointer, String> wrong = new HashMap<>();
    try (StageProgress stage = new StageProgress(spark, progress, "verifying payloads", bytes)) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> hadoop =
          spark.broadcast(new SerializableConfiguration(conf));
      PackStore.Index index = archive.packs();
      spark
          .parallelize(tasks, tasks.size())
          .flatMap(
              task -> check(new PackStore(hadoop.value().value(), index), task, done).iterator())
          .collect()
          .forEach(w -> wrong.put(w.pointer(), w.reason()));
    }
    return wrong;
  }

  /**
   * A pack is read once a task; a large one is shared by a few tasks so that decoding is parallel.
   */
  private static List<List<Check>> split(List<Check> pack) {
    pack.sort(Comparator.comparingInt(check -> check.pointer().offset()));
    int parts = Math.min(8, (pack.size() + 31) / 32);
    List<List<Check>> tasks = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      tasks.add(
          new ArrayList<>(pack.subList(p * pack.size() / parts, (p + 1) * pack.size() / parts)));
    }
    return tasks;
  }

  private static List<Wrong> check(PackStore store, List<Check> checks, LongAccumulator done) {
    List<Wrong> wrong = new ArrayList<>();
    for (Check check : checks) {
      PayloadPointer pointer = check.pointer();
      try {
        Payload payload = store.payload(pointer);
        for (Map.Entry<PartPointer, String> part : check.restoredKeys().entrySet()) {
          String found = UnitSolver.restoredKey(store.restore(part.getKey(), payload));
          if (!found.equals(part.getValue())) {
            wrong.add(
                new Wrong(
                    pointer,
                    "decodes to other values than were recorded (%s, recorded %s)"
                        .formatted(found, part.getValue())));
          }
        }
      } catch (Exception e) {
        wrong.add(new Wrong(pointer, e.getMessage() == null ? e.toString() : e.getMessage()));
      }
      done.add(pointer.length());
    }
    return wrong;
  }

  /** Models that many nights refer to by one blob are opened once. */
  private static List<VerifyReport.Failure> blobs(
      PackStore packs,
      Map<PayloadPointer, String> checked,
      ArchiveReader archive,
      Manifest run,
      List<Row> tensors)
      throws IOException {
    Map<String, List<Row>> byModel = new HashMap<>();
    tensors.forEach(
        row -> byModel.computeIfAbsent(row.string("model"), m -> new ArrayList<>()).add(row));
    List<VerifyReport.Failure> failures = new ArrayList<>();
    for (Row model : archive.rows(run, Table.MODELS)) {
      if (!"ok".equals(model.string("status"))) {
        continue;
      }
      PayloadPointer pointer = CompressedModel.blobPointer(model);
      String reason = checked.get(pointer);
      if (reason == null) {
        reason = blob(packs, pointer, byModel.getOrDefault(model.string("model"), List.of()));
        checked.put(pointer, reason);
      }
      if (!reason.isEmpty()) {
        failures.add(
            new VerifyReport.Failure(
                run.runId(), model.string("model"), "(the model's own header)", reason));
      }
    }
    return failures;
  }

  /**
   * What is wrong with a model's blob, or an empty text; restore follows its pointers, not the
   * rows'.
   */
  private static String blob(PackStore packs, PayloadPointer pointer, List<Row> tensors) {
    try {
      CompressedModel stored = CompressedModel.open(packs, pointer);
      if (stored.header().tensors().size() != stored.parts().size()
          || stored.parts().size() != tensors.size()) {
        return "%d tensors, pointers for %d, rows for %d"
            .formatted(stored.header().tensors().size(), stored.parts().size(), tensors.size());
      }
      for (Row tensor : tensors) {
        List<PartPointer> expected =
            RunRows.parts(tensor).stream().map(StoredPart::partPointer).toList();
        if (!stored.parts().get(tensor.int32("position")).equals(expected)) {
          return "tensor %s lies elsewhere than its row says".formatted(tensor.string("tensor"));
        }
      }
      return "";
    } catch (IOException | RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
