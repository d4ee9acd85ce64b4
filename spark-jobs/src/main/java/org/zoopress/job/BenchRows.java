package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;

/** The figures of a bench, read from the archive: what was stored, not what was meant. */
final class BenchRows {
  private static final String UNREACHABLE = "unreachable";

  private BenchRows() {}

  /**
   * @param runs in the order in which methods and budgets are shown
   * @param dataSets names of the data sets that count
   * @param unreachable why a run has no result, by run id
   */
  static List<BenchReport.Row> read(
      ArchiveReader archive,
      List<BenchRun> runs,
      List<String> dataSets,
      Map<String, String> unreachable)
      throws IOException {
    Map<String, List<BenchReport.Row>> byModel = new TreeMap<>();
    Map<String, Map<String, List<Row>>> evaluations = evaluations(archive, dataSets);
    for (BenchRun run : runs) {
      Optional<Manifest> manifest = archive.run(run.runId());
      if (manifest.isPresent()) {
        Map<String, List<Row>> own = evaluations.getOrDefault(run.runId(), Map.of());
        for (Row model : archive.rows(manifest.get(), Table.MODELS)) {
          String name = model.string("model");
          if (!"skipped".equals(model.string("status"))) {
            byModel
                .computeIfAbsent(name, m -> new ArrayList<>())
                .addAll(rows(run, model, own.getOrDefault(name, List.of())));
          }
        }
      }
    }
    TreeSet<String> models = new TreeSet<>(byModel.keySet());
    if (models.isEmpty()) {
      models.add("");
    }
    for (BenchRun run : runs) {
      if (unreachable.containsKey(run.runId())) {
        for (String model : models) {
          byModel
              .computeIfAbsent(model, m -> new ArrayList<>())
              .add(without(model, run, UNREACHABLE, unreachable.get(run.runId())));
        }
      }
    }
    Map<String, Integer> order = new HashMap<>();
    runs.forEach(run -> order.putIfAbsent(run.method(), order.size()));
    List<BenchReport.Row> rows = new ArrayList<>();
    byModel
        .values()
        .forEach(
            own -> {
              own.sort(
                  Comparator.<BenchReport.Row>comparingInt(row -> order.get(row.method()))
                      .thenComparing(row -> -row.budgetBits()));
              rows.addAll(own);
            });
    return rows;
  }

  /** Names of the data sets on which a run was evaluated. */
  static List<String> evaluated(ArchiveReader archive, String runId) throws IOException {
    List<String> names = new ArrayList<>();
    for (Manifest manifest : archive.manifests()) {
      if (manifest.kind().equals("evaluate") && manifest.runId().equals(runId)) {
        archive.rows(manifest, Table.EVALUATIONS).stream()
            .map(row -> row.string("dataset"))
            .distinct()
            .forEach(names::add);
      }
    }
    return names;
  }

  /** The newest evaluation of each run, model and data set. */
  private static Map<String, Map<String, List<Row>>> evaluations(
      ArchiveReader archive, List<String> dataSets) throws IOException {
    Map<String, Map<String, Map<String, Row>>> newest = new HashMap<>();
    for (Manifest manifest : archive.manifests()) {
      if (manifest.kind().equals("evaluate")) {
        for (Row row : archive.rows(manifest, Table.EVALUATIONS)) {
          if (dataSets.contains(row.string("dataset"))) {
            newest
                .computeIfAbsent(manifest.runId(), run -> new HashMap<>())
                .computeIfAbsent(row.string("model"), model -> new LinkedHashMap<>())
                .put(row.string("dataset"), row);
          }
        }
      }
    }
    Map<String, Map<String, List<Row>>> lists = new HashMap<>();
    newest.forEach(
        (run, models) -> {
          Map<String, List<Row>> own = new HashMap<>();
          models.forEach((model, sets) -> own.put(model, List.copyOf(sets.values())));
          lists.put(run, own);
        });
    return lists;
  }

  private static List<BenchReport.Row> rows(BenchRun run, Row model, List<Row> evaluations) {
    if (!"ok".equals(model.string("status"))) {
      boolean unreachable = PackPlan.UNREACHABLE.equals(model.string("error_class"));
      return List.of(
          without(
              model.string("model"),
              run,
              unreachable ? UNREACHABLE : "failed",
              model.string("error_message")));
    }
    if (evaluations.isEmpty()) {
      return List.of(row(run, model, Optional.empty(), ""));
    }
    return evaluations.stream()
        .map(
            row ->
                "ok".equals(row.string("status"))
                    ? row(run, model, Optional.of(EvaluateJob.evaluation(row)), "")
                    : row(run, model, Optional.empty(), row.string("reason")))
        .toList();
  }

  private static BenchReport.Row row(
      BenchRun run, Row model, Optional<EvaluateReport.Evaluation> evaluation, String reason) {
    double bits = model.float64("bits_per_weight");
    return new BenchReport.Row(
        model.string("model"),
        run.method(),
        run.bits(),
        "ok",
        model.int64("stored_bytes"),
        bits,
        model.float64("compression_ratio"),
        model.float64("relative_error"),
        1 - bits / run.bits(),
        evaluation,
        reason);
  }

  private static BenchReport.Row without(String model, BenchRun run, String status, String reason) {
    return new BenchReport.Row(
        model,
        run.method(),
        run.bits(),
        status,
        0,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Optional.empty(),
        reason);
  }
}
