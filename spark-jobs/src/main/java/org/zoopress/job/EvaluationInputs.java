package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkException;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.evaluate.CompanionGraph;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.io.FileStamp;
import org.zoopress.io.HadoopFiles;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.TensorRef;
import org.zoopress.io.ZooListing;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.TensorEntry;

/** Finds out which models of a run can be evaluated on a data set, and restores them. */
final class EvaluationInputs {
  private final ModelRestorer restorer;
  private final Configuration conf;
  private final ArchiveReader archive;
  private final Manifest run;
  private final Path zoo;
  private final Path restored;
  private final Progress progress;

  private final List<EvaluateJob.Task> tasks = new ArrayList<>();
  private final Map<String, Row> notEvaluated = new LinkedHashMap<>();
  private final Map<String, String> companions = new LinkedHashMap<>();
  private final Map<String, CompressedModel> graphs = new LinkedHashMap<>();

  /**
   * @param restored folder for restored models
   */
  EvaluationInputs(
      ModelRestorer restorer,
      Configuration conf,
      ArchiveReader archive,
      Manifest run,
      Path zoo,
      Path restored,
      Progress progress) {
    this.restorer = restorer;
    this.conf = conf;
    this.archive = archive;
    this.run = run;
    this.zoo = zoo;
    this.restored = restored;
    this.progress = progress;
  }

  /** Networks and shards of samples to run. */
  List<EvaluateJob.Task> tasks() {
    return tasks;
  }

  /** Rows of models that are not evaluated, with the reason. */
  Map<String, Row> notEvaluated() {
    return notEvaluated;
  }

  /** Models without a graph, and the model whose graph serves them. */
  Map<String, String> companions() {
    return companions;
  }

  /** Fills the lists; a model that cannot be restored or compared is a row, not an end. */
  void collect(DataDescriptor descriptor, long samples) throws IOException {
    List<Row> models =
        archive.rows(run, Table.MODELS).stream()
            .filter(
                row ->
                    "ok".equals(row.string("status")) && descriptor.appliesTo(row.string("model")))
            .toList();
    if (models.isEmpty()) {
      throw new UserInputException(
          "Cannot evaluate run %s on %s: none of its models matches the descriptor's patterns %s. Change `models` in the descriptor."
              .formatted(run.runId(), descriptor.name(), descriptor.models()));
    }
    List<FileStamp> listing = ZooListing.list(conf, zoo);
    for (boolean withGraph : new boolean[] {true, false}) {
      for (Row model : models) {
        if ((ModelNames.format(model) == ModelFormat.ONNX) == withGraph) {
          add(model, withGraph, listing, samples);
        }
      }
    }
  }

  private void add(Row model, boolean withGraph, List<FileStamp> listing, long samples)
      throws IOException {
    String name = model.string("model");
    try {
      CompressedModel stored = restorer.stored(model);
      if (!withGraph) {
        addCompanion(name, stored);
      } else if (sameOriginal(model, stored, listing)) {
        graphs.put(name, stored);
        addTasks(name, stored, samples);
      } else {
        skip(
            name,
            "the original is gone or changed since run %s; check --zoo, or compress again"
                .formatted(run.runId()));
      }
    } catch (CorruptDataException | UserInputException e) {
      skip(name, "it cannot be restored: " + e.getMessage());
    } catch (Exception e) {
      // Spark throws its checked exception undeclared; what a task says is among the causes.
      if (e instanceof SparkException) {
        skip(name, "it cannot be restored: " + Failures.message(e));
      } else {
        throw e;
      }
    }
  }

  private void skip(String name, String reason) {
    progress.message("not evaluated: %s: %s".formatted(name, reason));
    notEvaluated.put(name, EvaluateJob.skippedRow(name, reason));
  }

  private void addTasks(String name, CompressedModel stored, long samples) throws IOException {
    Path folder = new Path(restored, Integer.toString(graphs.size()));
    try (HadoopFiles files = new HadoopFiles(conf, folder, path -> path)) {
      restorer.restore(stored, ModelFormat.ONNX, files, progress);
      var unused = files.complete();
    }
    HadoopModelFolder originals = new HadoopModelFolder(conf, zoo);
    HadoopModelFolder copies = new HadoopModelFolder(conf, folder);
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (ModelHeader.SourceFile file : stored.header().files()) {
      before.add(originals.resolve(file.path()).toString());
      after.add(copies.resolve(file.path()).toString());
    }
    for (long first = 0; first < samples; first += EvaluateJob.SHARD_SAMPLES) {
      tasks.add(
          new EvaluateJob.Task(
              name, before, after, first, Math.min(EvaluateJob.SHARD_SAMPLES, samples - first)));
    }
  }

  /** Whether the zoo still holds what was compressed: by its stamps, else by its tensors' keys. */
  private boolean sameOriginal(Row model, CompressedModel stored, List<FileStamp> listing)
      throws IOException {
    List<FileStamp> compressed = RunRows.filesOfJson(model.string("files_json"));
    if (listing.containsAll(compressed)) {
      return true;
    }
    Map<String, Long> lengths = new HashMap<>();
    listing.forEach(file -> lengths.put(file.path(), file.length()));
    if (!compressed.stream()
        .allMatch(f -> Long.valueOf(f.length()).equals(lengths.get(f.path())))) {
      return false;
    }
    Map<Integer, String> keys = new HashMap<>();
    for (Row tensor : archive.rows(run, Table.TENSORS)) {
      if (tensor.string("model").equals(model.string("model"))) {
        keys.put(tensor.int32("position"), tensor.string("tensor_key"));
      }
    }
    ModelHeader header = stored.header();
    try (PartitionReader reader = new PartitionReader(conf, zoo.toString())) {
      for (int t = 0; t < header.tensors().size(); t++) {
        TensorEntry entry = header.tensors().get(t);
        TensorRef tensor =
            new TensorRef(header.name(), t, header.files().get(entry.file()).path(), entry);
        if (!reader.keys(tensor, Long.MAX_VALUE).tensor().equals(keys.get(t))) {
          return false;
        }
      }
    }
    return true;
  }

  private void addCompanion(String name, CompressedModel stored) {
    Optional<String> companion = companion(stored);
    if (companion.isPresent()) {
      companions.put(name, companion.get());
    } else {
      skip(
          name,
          "it has no graph, and no ONNX model of the run holds exactly its tensors; add the network's ONNX export to the zoo");
    }
  }

  /** The ONNX model with the same floating-point tensors, stored in the same payloads. */
  private Optional<String> companion(CompressedModel weights) {
    for (Map.Entry<String, CompressedModel> graph : graphs.entrySet()) {
      ModelHeader header = graph.getValue().header();
      if (CompanionGraph.refusal(header, weights.header()).isEmpty()
          && samePayloads(graph.getValue(), weights)) {
        return Optional.of(graph.getKey());
      }
    }
    return Optional.empty();
  }

  private static boolean samePayloads(CompressedModel graph, CompressedModel weights) {
    Map<String, Object> stored = new HashMap<>();
    for (int t = 0; t < weights.parts().size(); t++) {
      String name = weights.header().tensors().get(t).name();
      stored.put(CompanionGraph.initializerName(name), weights.parts().get(t));
    }
    ModelHeader header = graph.header();
    for (int t = 0; t < header.tensors().size(); t++) {
      String name = header.tensors().get(t).name();
      if (stored.containsKey(name) && !stored.get(name).equals(graph.parts().get(t))) {
        return false;
      }
    }
    return true;
  }
}
