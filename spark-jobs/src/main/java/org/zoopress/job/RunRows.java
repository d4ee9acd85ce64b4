package org.zoopress.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.archive.Row;
import org.zoopress.config.Keys;
import org.zoopress.io.FileStamp;
import org.zoopress.io.NetworkFigures;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.UnitPlan;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.DType;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;

/** The rows of a compress run's tables. */
final class RunRows {
  private static final JsonMapper JSON = new JsonMapper();

  private final RunContext run;
  private final RunIdentity identity;
  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final PackPlan packs;
  private final Map<String, List<Row>> byModel = new HashMap<>();
  private List<Row> allTensors;

  RunRows(
      RunContext run,
      RunIdentity identity,
      RunResult result,
      UnitPlanner.Plan plan,
      PackPlan packs) {
    this.run = run;
    this.identity = identity;
    this.result = result;
    this.plan = plan;
    this.packs = packs;
  }

  /** Error and size summed over tensors that lossy methods were allowed to touch. */
  private final class Sums {
    double error;
    double norm;
    long weights;
    final Set<PayloadPointer> payloads = new HashSet<>();
    final Set<String> shared = new HashSet<>();

    void add(Row tensor) {
      for (StoredPart part : parts(tensor)) {
        payloads.addAll(part.payloads());
        shared.addAll(part.shared());
        if (!part.why().startsWith(Planner.KEPT)) {
          boolean counts = part.network() == null || part.network().weight();
          error += counts ? part.squaredError() : 0;
          norm += counts ? part.squaredNorm() : 0;
        }
      }
      if (isCompressible(tensor)) {
        weights += tensor.int64("elements");
      }
    }

    double relativeError() {
      return norm > 0 ? error / norm : 0;
    }

    /** Payloads and shared objects that are referred to, each counted once. */
    long bytes() {
      return payloads.stream().mapToLong(PayloadPointer::length).sum()
          + shared.stream().mapToLong(id -> result.shared().bytes(SharedId.ofHex(id))).sum();
    }
  }

  List<Row> models() {
    List<Row> rows = new ArrayList<>();
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      Row copy = copy(model.model());
      rows.add(copy.set("reused", true));
    }
    for (ModelInput model : result.models()) {
      rows.add(model.failed() ? failedModel(model) : okModel(model));
    }
    for (FileStamp file : result.skipped()) {
      rows.add(
          new Row()
              .set("model", file.path())
              .set("status", "skipped")
              .set(
                  "error_message",
                  "not a model file: its name ends in none of .safetensors .onnx .pt .pth .th .ckpt")
              .set("files_json", filesJson(List.of(file)))
              .set("original_bytes", file.length()));
    }
    rows.sort(Comparator.comparing(row -> row.string("model")));
    return rows;
  }

  private Row failedModel(ModelInput model) {
    return new Row()
        .set("model", model.name())
        .set("status", "failed")
        .set("error_class", model.errorClass())
        .set("error_message", model.errorMessage())
        .set("files_json", filesJson(model.files()))
        .set("original_bytes", model.files().stream().mapToLong(FileStamp::length).sum());
  }

  private Row okModel(ModelInput model) {
    ModelHeader header = model.header();
    Sums sums = new Sums();
    tensors(model).forEach(sums::add);
    PayloadPointer blob = packs.contents().blob(model.name());
    long stored = sums.bytes() + blob.length();
    StoredPart.Network network = network(model);
    List<String> notes = new ArrayList<>(header.notes());
    if (result.notes().containsKey(model.name())) {
      notes.add(result.notes().get(model.name()));
    }
    return new Row()
        .set("model", model.name())
        .set("format", header.format().name().toLowerCase(Locale.ROOT))
        .set("status", "ok")
        .set("files_json", filesJson(model.files()))
        .set("notes", notes.isEmpty() ? null : String.join("\n", notes))
        .set("tensors", header.tensors().size())
        .set("weights", sums.weights)
        .set("original_bytes", header.bytes())
        .set("stored_bytes", stored)
        .set("compression_ratio", (double) header.bytes() / stored)
        .set("bits_per_weight", 8.0 * stored / Math.max(1, sums.weights))
        .set("relative_error", sums.relativeError())
        .set("sqnr_db", sqnr(sums.relativeError()))
        .set("reused", false)
        .set("normalization", network == null ? null : network.normalization())
        .set("probes", network == null ? null : network.probes())
        .set("divergence", network == null ? null : network.divergence())
        .set("probe_agreement", network == null ? null : network.agreement())
        .set("network_seconds", network == null ? null : network.seconds())
        .set("blob_run_id", blob.runId())
        .set("blob_pack", blob.pack())
        .set("blob_offset", blob.offset())
        .set("blob_bytes", blob.length());
  }

  /** What is known of the network that a model was compressed as; null if it was not. */
  private StoredPart.Network network(ModelInput model) {
    return result.covered().getOrDefault(model.name(), Map.of()).values().stream()
        .findFirst()
        .map(source -> packs.contents().parts(source).get(0).network())
        .orElse(null);
  }

  /** Made once: they carry all that is known of a run, and several tables are summed from them. */
  List<Row> tensors() {
    if (allTensors == null) {
      allTensors = allTensors();
    }
    return allTensors;
  }

  private List<Row> allTensors() {
    List<Row> rows = new ArrayList<>();
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      model.tensors().forEach(tensor -> rows.add(copy(tensor).set("reused", true)));
    }
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        rows.addAll(tensors(model));
      }
    }
    rows.sort(
        Comparator.<Row, String>comparing(row -> row.string("model"))
            .thenComparingInt(row -> row.int32("position")));
    return rows;
  }

  private List<Row> tensors(ModelInput model) {
    return byModel.computeIfAbsent(model.name(), name -> newTensors(model));
  }

  private List<Row> newTensors(ModelInput model) {
    List<Row> rows = new ArrayList<>();
    List<TensorEntry> entries = model.header().tensors();
    List<PartitionReader.Keys> keys = result.partKeys().get(model.name());
    List<String> sources = result.sources(model.name());
    for (int t = 0; t < entries.size(); t++) {
      rows.add(tensor(model.name(), t, entries.get(t), keys.get(t), sources.get(t)));
    }
    return rows;
  }

  private Row tensor(
      String model, int position, TensorEntry entry, PartitionReader.Keys keys, String source) {
    List<StoredPart> parts = packs.contents().parts(source);
    StoredPart first = parts.get(0);
    NetworkFigures.Layer layer = first.network() == null ? null : first.network().layer();
    double error = parts.stream().mapToDouble(StoredPart::squaredError).sum();
    double norm = parts.stream().mapToDouble(StoredPart::squaredNorm).sum();
    double stored = storedBytes(parts);
    double relative = norm > 0 ? error / norm : 0;
    boolean shared = parts.size() == 1 && memberCount(first.fingerprint()) > 1;
    return new Row()
        .set("model", model)
        .set("position", position)
        .set("tensor", entry.name())
        .set("tensor_key", keys.tensor())
        .set("dtype", entry.dtype().name())
        .set("shape", entry.shape().toString())
        .set("rank", entry.shape().rank())
        .set("elements", entry.shape().elements())
        .set("original_bytes", entry.bytes())
        .set("status", "ok")
        .set("method", first.method())
        .set("operating_point", first.operatingPoint())
        .set("why_chosen", first.why())
        .set("stored_bytes", Math.round(stored))
        .set("bits_per_weight", 8 * stored / Math.max(1, entry.shape().elements()))
        .set("squared_error", error)
        .set("squared_norm", norm)
        .set("relative_error", relative)
        .set("sqnr_db", sqnr(relative))
        .set("paper_bytes", shared ? null : paperBytes(parts))
        .set("solver_seconds", parts.stream().mapToDouble(StoredPart::solverSeconds).sum())
        .set("reused", !packs.contents().solvedHere(source))
        .set("parts", parts.size())
        .set("payload_run_id", first.runId())
        .set("payload_pack", first.pack())
        .set("payload_offset", first.offset())
        .set("base_model", first.base() == null ? null : first.base().model())
        .set("base_tensor", first.base() == null ? null : first.base().tensor())
        .set("layer_sensitivity", layer == null ? null : layer.sensitivity())
        .set("layer_step", layer == null ? null : layer.step())
        .set("layer_bits", layer == null ? null : layer.bits())
        .set("layer_output_error", layer == null ? null : layer.outputError())
        .set("layer_seconds", layer == null ? null : layer.seconds())
        .set("sketch", keys.sketch() == null ? null : keys.sketch().toBytes())
        .set("parts_json", StoredPart.toJson(parts));
  }

  private static Long paperBytes(List<StoredPart> parts) {
    return parts.stream().anyMatch(part -> part.paperBytes() < 0)
        ? null
        : parts.stream().mapToLong(StoredPart::paperBytes).sum();
  }

  /**
   * Bytes of the tensor's payloads; of a payload shared by several tensors its share by original
   * bytes, or in a network by the bits of its layer.
   */
  private double storedBytes(List<StoredPart> parts) {
    double bytes = 0;
    for (StoredPart part : parts) {
      if (part.network() != null) {
        bytes += part.network().storedBytes();
        continue;
      }
      UnitPlan unit = units().get(part.fingerprint());
      bytes +=
          (double) part.length()
                  * unit.members().get(part.member()).bytes()
                  / Math.max(1, unit.bytes())
              + (unit.bytes() == 0 ? part.length() : 0);
    }
    return bytes;
  }

  private int memberCount(String fingerprint) {
    return units().get(fingerprint).members().size();
  }

  private Map<String, UnitPlan> byFingerprint;

  private Map<String, UnitPlan> units() {
    if (byFingerprint == null) {
      byFingerprint = new HashMap<>();
      plan.units().forEach(unit -> byFingerprint.put(unit.fingerprint(), unit));
    }
    return byFingerprint;
  }

  List<Row> candidates() {
    List<Row> rows = new ArrayList<>();
    for (UnitPlan unit : plan.units()) {
      SolvedUnit solved = result.solved().get(unit.fingerprint());
      if (solved == null || solved.failed()) {
        continue;
      }
      Choice choice = packs.contents().choice(unit.fingerprint());
      UnitPlan.Member first = unit.members().get(0);
      boolean network = solved.solutions().get(0).figures() != null;
      String names =
          String.join(" + ", unit.members().stream().map(m -> m.tensor().entry().name()).toList());
      List<SolvedUnit.Solution> solutions = new ArrayList<>(solved.solutions());
      solutions.addAll(packs.deltas().solutions(unit.fingerprint()));
      for (SolvedUnit.Solution solution : solutions) {
        boolean ok = solution.status().equals("ok");
        Row row =
            new Row()
                .set("unit", unit.fingerprint())
                .set("model", first.tensor().model())
                .set("tensor", network ? null : names)
                .set("tensor_key", network ? null : first.tensorKey())
                .set("part", first.part())
                .set("method", solution.method())
                .set("operating_point", solution.operatingPoint())
                .set("status", solution.status())
                .set("reason", solution.reason().isEmpty() ? null : solution.reason())
                .set("chosen", choice != null && choice.isFor(solution))
                .set("solver_seconds", solution.seconds());
        if (ok) {
          double norm = solution.squaredNorm();
          row.set("stored_bytes", (long) solution.length())
              .set("squared_error", solution.squaredError())
              .set("squared_norm", norm)
              .set("relative_error", norm > 0 ? solution.squaredError() / norm : 0.0)
              .set("paper_bytes", solution.paperBytes() < 0 ? null : solution.paperBytes())
              .set("divergence", network ? solution.figures().divergence() : null)
              .set("probe_agreement", network ? solution.figures().agreement() : null);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  Row run(long storedBytes, Instant begin) {
    RunTotals totals = RunTotals.of(result);
    long reusedBytes = packs.reusedBytes();
    long referenced = storedBytes + reusedBytes;
    Sums sums = new Sums();
    long reusedTensors = 0;
    long solvedTensors = 0;
    Set<String> seen = new HashSet<>();
    for (Row tensor : tensors()) {
      sums.add(tensor);
      if (tensor.bool("reused")) {
        reusedTensors++;
      } else if (seen.add(tensor.string("tensor_key"))) {
        solvedTensors++;
      }
    }
    double solverSeconds =
        result.solved().values().stream()
                .flatMap(unit -> unit.solutions().stream())
                .mapToDouble(SolvedUnit.Solution::seconds)
                .sum()
            + packs.deltas().solverSeconds();
    int failed = (int) result.models().stream().filter(ModelInput::failed).count();
    try {
      return new Row()
          .set("zoo", run.zoo())
          .set("started_at", micros(identity.startedAt()))
          .set("committed_at", micros(Instant.now()))
          .set("zoopress_version", BuildInfo.read().version())
          .set("spark_version", run.spark().version())
          .set("java_version", System.getProperty("java.version"))
          .set("linear_algebra", LinearAlgebra.get().name())
          .set(
              "methods",
              String.join(
                  ",", run.settings().get(Keys.METHODS).stream().map(MethodId::label).toList()))
          .set("settings_json", JSON.writeValueAsString(run.settings().resolved()))
          .set("models_ok", result.models().size() - failed + result.unchanged().size())
          .set("models_failed", failed)
          .set("files_skipped", result.skipped().size())
          .set("tensors", totals.tensors())
          .set("tensors_solved", solvedTensors)
          .set("tensors_reused", reusedTensors)
          .set("weights", totals.weights())
          .set("original_bytes", totals.originalBytes())
          .set("stored_bytes", storedBytes)
          .set("referenced_bytes", referenced)
          .set(
              "compression_ratio",
              referenced == 0 ? null : (double) totals.originalBytes() / referenced)
          .set(
              "bits_per_weight", totals.weights() == 0 ? null : 8.0 * referenced / totals.weights())
          .set("relative_error", sums.relativeError())
          .set("wall_seconds", Duration.between(begin, Instant.now()).toMillis() / 1e3)
          .set("solver_seconds", solverSeconds);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean isCompressible(Row tensor) {
    return DType.valueOf(tensor.string("dtype")).compressible();
  }

  static List<StoredPart> parts(Row tensor) {
    try {
      return StoredPart.ofJson(tensor.string("parts_json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String filesJson(List<FileStamp> files) {
    try {
      return JSON.writeValueAsString(files);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<FileStamp> filesOfJson(String json) {
    try {
      return Arrays.asList(JSON.readValue(json, FileStamp[].class));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Row copy(Row row) {
    Row copy = new Row();
    row.columns().forEach(column -> copy.set(column, row.get(column)));
    return copy;
  }

  private static Double sqnr(double relativeError) {
    return relativeError > 0 ? -10 * Math.log10(relativeError) : null;
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
