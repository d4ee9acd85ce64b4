package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.error.UserInputException;

/**
 * Says why tensors are stored as they are: the alternatives with bytes and errors, and the reason
 * of the choice. Usage:
 *
 * <pre>  zoopress explain --archive archive resnet20 layer1.0.conv1.weight</pre>
 */
public final class ExplainJob implements ZooJob<ExplainRequest, InspectReport> {

  @Override
  public InspectReport run(SparkSession session, ExplainRequest request, Progress progress)
      throws Exception {
    progress.stage("explaining", 0);
    Configuration conf = session.sparkContext().hadoopConfiguration();
    ArchiveReader archive = ArchiveReader.open(conf, new Path(request.archive()));
    Manifest run = archive.runOrNewest(request.runId());
    Row model =
        ModelNames.find(
            archive.rows(run, Table.MODELS), request.model(), Optional.empty(), run.runId());
    String name = model.string("model");
    List<Row> tensors =
        archive.rows(run, Table.TENSORS).stream()
            .filter(tensor -> tensor.string("model").equals(name))
            .toList();
    if (request.tensor().isEmpty()) {
      return overview(name, run, tensors);
    }
    Row tensor =
        tensors.stream()
            .filter(row -> row.string("tensor").equals(request.tensor().get()))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserInputException(
                        "Cannot explain tensor '%s' of model '%s': run %s has no such tensor. `zoopress explain --archive %s %s` lists them."
                            .formatted(
                                request.tensor().get(),
                                name,
                                run.runId(),
                                request.archive(),
                                request.model())));
    return one(archive, name, run, tensor);
  }

  private static InspectReport overview(String model, Manifest run, List<Row> tensors) {
    List<Row> biggest = new ArrayList<>(tensors);
    biggest.sort(
        Comparator.<Row>comparingLong(row -> -row.int64("stored_bytes"))
            .thenComparingInt(row -> row.int32("position")));
    Map<String, Integer> others = new HashMap<>();
    List<List<String>> rows = new ArrayList<>();
    for (Row tensor : biggest) {
      String why = tensor.string("why_chosen");
      if (why.startsWith(Planner.KEPT)) {
        others.merge(why, 1, Integer::sum);
        continue;
      }
      rows.add(
          List.of(
              tensor.string("tensor"),
              tensor.string("shape"),
              tensor.string("method"),
              tensor.string("operating_point"),
              Long.toString(tensor.int64("stored_bytes")),
              InspectReport.number(tensor.float64("bits_per_weight")),
              InspectReport.number(tensor.float64("relative_error")),
              why));
    }
    List<List<String>> kept = new ArrayList<>();
    others.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> kept.add(List.of(Integer.toString(entry.getValue()), entry.getKey())));
    return new InspectReport(
        "%s in run %s".formatted(model, run.runId()),
        List.of(
            new InspectReport.Section(
                "Compressed tensors, biggest first",
                List.of(
                    "tensor", "shape", "method", "point", "bytes", "bits/weight", "error", "why"),
                rows),
            new InspectReport.Section("Kept tensors", List.of("tensors", "why"), kept)));
  }

  private static InspectReport one(ArchiveReader archive, String model, Manifest run, Row tensor)
      throws IOException {
    List<List<String>> facts =
        new ArrayList<>(
            List.of(
                List.of("shape", tensor.string("shape")),
                List.of("dtype", tensor.string("dtype")),
                List.of("original bytes", Long.toString(tensor.int64("original_bytes"))),
                List.of("stored bytes", Long.toString(tensor.int64("stored_bytes"))),
                List.of("method", tensor.string("method")),
                List.of("operating point", tensor.string("operating_point")),
                List.of("why", tensor.string("why_chosen")),
                List.of("solved in run", tensor.string("payload_run_id"))));
    if (tensor.string("base_model") != null) {
      facts.add(
          List.of(
              "difference to", tensor.string("base_model") + " " + tensor.string("base_tensor")));
    }
    facts.addAll(layer(tensor));
    List<Row> candidates = candidates(archive, run, tensor);
    candidates.sort(
        Comparator.<Row>comparingInt(row -> row.int32("part"))
            .thenComparingLong(row -> row.int64("stored_bytes")));
    List<List<String>> rows = new ArrayList<>();
    for (Row candidate : candidates) {
      boolean ok = "ok".equals(candidate.string("status"));
      rows.add(
          List.of(
              candidate.bool("chosen") ? "chosen" : "",
              candidate.string("method"),
              candidate.string("operating_point"),
              Integer.toString(candidate.int32("part")),
              ok ? Long.toString(candidate.int64("stored_bytes")) : "",
              ok ? InspectReport.number(candidate.float64("relative_error")) : "",
              ok
                  ? network(candidate)
                  : candidate.string("status") + ": " + candidate.string("reason")));
    }
    return new InspectReport(
        "%s of %s in run %s".formatted(tensor.string("tensor"), model, run.runId()),
        List.of(
            new InspectReport.Section("Tensor", List.of("what", "value"), facts),
            new InspectReport.Section(
                "Candidates",
                List.of("", "method", "point", "part", "bytes", "error", "remark"),
                rows)));
  }

  /** What is known of a candidate for a whole network; empty of any other. */
  private static String network(Row candidate) {
    double divergence = candidate.float64("divergence");
    return Double.isNaN(divergence)
        ? ""
        : "whole network: divergence %s nats, %.1f %% of probes the same"
            .formatted(
                InspectReport.number(divergence), 100 * candidate.float64("probe_agreement"));
  }

  /** What happened to the layer of a network. */
  private static List<List<String>> layer(Row tensor) {
    if (Double.isNaN(tensor.float64("layer_step"))) {
      return List.of();
    }
    return List.of(
        List.of("layer's sensitivity", InspectReport.number(tensor.float64("layer_sensitivity"))),
        List.of("layer's step", InspectReport.number(tensor.float64("layer_step"))),
        List.of("layer's output error", InspectReport.number(tensor.float64("layer_output_error"))),
        List.of("layer's seconds", InspectReport.number(tensor.float64("layer_seconds"))));
  }

  /** The candidates of the run that solved the tensor, which may be an earlier one. */
  private static List<Row> candidates(ArchiveReader archive, Manifest run, Row tensor)
      throws IOException {
    Manifest solvedIn = archive.run(tensor.string("payload_run_id")).orElse(run);
    Set<String> units = new HashSet<>();
    RunRows.parts(tensor).forEach(part -> units.add(part.fingerprint()));
    List<Row> found = new ArrayList<>();
    for (Row candidate : archive.rows(solvedIn, Table.CANDIDATES)) {
      if (units.contains(candidate.string("unit"))) {
        found.add(candidate);
      }
    }
    return found;
  }
}
