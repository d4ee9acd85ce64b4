package org.zoopress.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.Digests;
import org.zoopress.archive.ParquetRows;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.error.UserInputException;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.inputs.ExtraOutputs;
import org.zoopress.inputs.LayerInputs;
import org.zoopress.inputs.WeightLayers;
import org.zoopress.io.GramFile;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.io.LocalFiles;
import org.zoopress.io.WholeFile;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;

/**
 * Runs original networks on the samples of {@code inputs.data} on executors, a task a model, and
 * leaves H of each layer in a staged file that the tasks that solve its weight read. Files are
 * named by the hash of all they depend on: the whole model, the samples and the weight's name. A
 * rerun takes what is complete.
 *
 * <p>A network that cannot be run, or a layer whose inputs cannot be collected, costs nothing but
 * its inputs: its weights are solved alone, and the run says so. Where several models hold an equal
 * tensor, the first of them by name that has inputs for it decides.
 */
final class InputStage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private InputStage() {}

  /** A model to run. */
  private record Task(String name, ModelHeader header, String skeleton, List<String> tensorKeys)
      implements Serializable {}

  /**
   * What a task found.
   *
   * @param files by tensor, the staged file
   * @param refusals by tensor, why there is none
   * @param error why there is none for the whole model; empty if there may be
   */
  private record Collected(
      String model, Map<String, String> files, Map<String, String> refusals, String error)
      implements Serializable {}

  /** What goes to executors of {@link InputSamples}. */
  private record Source(
      String zoo, String data, long samples, String fingerprint, int maxColumns, String target)
      implements Serializable {}

  /**
   * @param samples of the run, if the settings name any
   * @param models models of the run in order of their names
   * @return by content key of a tensor, the name of the file in {@link RunContext#inputs}
   */
  static Map<String, String> run(
      RunContext run, Optional<InputSamples> samples, List<ModelInput> models, RunResult result)
      throws IOException {
    if (samples.isEmpty()) {
      if (!run.settings().get(Keys.INPUTS_DATA).isEmpty()) {
        run.progress().message("inputs.data has no effect: no enabled method makes use of inputs");
      }
      return Map.of();
    }
    if (!UnitSolver.usesInputs(run.settings())) {
      return Map.of(); // networks alone take them, as probes
    }
    List<Task> tasks = tasks(run, samples.get().descriptor(), models, result);
    Map<String, String> files = new HashMap<>();
    Map<String, Collected> collected = new TreeMap<>();
    for (Collected model : collect(run, samples.get(), tasks)) {
      collected.put(model.model(), model);
    }
    for (Task task : tasks) { // in order of names, so that the first one decides
      Collected model = collected.get(task.name());
      report(run.progress(), model);
      List<TensorEntry> tensors = task.header().tensors();
      for (int t = 0; t < tensors.size(); t++) {
        String file = model.files().get(tensors.get(t).name());
        if (file != null) {
          files.putIfAbsent(task.tensorKeys().get(t), file);
        }
      }
    }
    return files;
  }

  private static List<Task> tasks(
      RunContext run, DataDescriptor descriptor, List<ModelInput> models, RunResult result) {
    List<Task> tasks = new ArrayList<>();
    for (ModelInput model : models) {
      if (model.failed() || !descriptor.appliesTo(model.name())) {
        continue;
      }
      if (model.header().format() == ModelFormat.ONNX) {
        tasks.add(
            new Task(
                model.name(), model.header(), model.skeletonFile(), result.keys(model.name())));
      } else {
        run.progress()
            .message("no layer inputs of %s: it has no graph to run".formatted(model.name()));
      }
    }
    return tasks;
  }

  private static void report(Progress progress, Collected model) {
    if (!model.error().isEmpty()) {
      progress.message("no layer inputs of %s: %s".formatted(model.model(), model.error()));
    }
    model
        .refusals()
        .forEach(
            (tensor, reason) ->
                progress.message(
                    "no layer inputs of %s %s: %s".formatted(model.model(), tensor, reason)));
  }

  private static List<Collected> collect(RunContext run, InputSamples samples, List<Task> tasks)
      throws IOException {
    if (tasks.isEmpty()) {
      return List.of();
    }
    Path target = run.inputs();
    ParquetRows.fileSystem(run.hadoop(), target).mkdirs(target);
    Source source =
        new Source(
            run.zoo(),
            samples.data().toString(),
            samples.samples(),
            samples.fingerprint(),
            samples.maxColumns(),
            target.toString());
    try (StageProgress stage =
        new StageProgress(
            run.spark(), run.progress(), "running networks on inputs.data", tasks.size())) {
      LongAccumulator done = stage.done();
      Broadcast<SerializableConfiguration> conf = run.conf();
      Settings settings = run.settings();
      ReaderLimits limits = run.limits();
      return run.spark()
          .parallelize(tasks, tasks.size())
          .map(
              task -> {
                Collected model = collect(conf.value().value(), source, settings, limits, task);
                done.add(1);
                return model;
              })
          .collect();
    }
  }

  private static Collected collect(
      Configuration conf, Source source, Settings settings, ReaderLimits limits, Task task)
      throws IOException {
    FileSystem fs = ParquetRows.fileSystem(conf, new Path(source.target()));
    List<String> parts = new ArrayList<>(task.tensorKeys());
    parts.add(source.fingerprint());
    try (InputStream skeleton = fs.open(new Path(task.skeleton()))) {
      parts.add(HexFormat.of().formatHex(Digests.sha256Bytes(skeleton.readAllBytes())));
    }
    String key = Digests.sha256(parts);
    Path index = new Path(source.target(), key + ".json");
    try {
      if (fs.exists(index)) {
        try (InputStream in = fs.open(index)) {
          return JSON.readValue(in, Collected.class);
        }
      }
      Collected collected = new Gathering(conf, fs, source, key).run(task, settings, limits);
      byte[] json = JSON.writeValueAsBytes(collected);
      WholeFile.write(fs, index, out -> out.write(json));
      return collected;
    } catch (IOException | RuntimeException e) {
      Failures.rethrowIfWorthAnotherAttempt(e);
      return new Collected(task.name(), Map.of(), Map.of(), Failures.message(e));
    }
  }

  /** One network on the samples. */
  private record Gathering(Configuration conf, FileSystem fs, Source source, String key) {
    Collected run(Task task, Settings settings, ReaderLimits limits) throws IOException {
      HadoopModelFolder zoo = new HadoopModelFolder(conf, new Path(source.zoo()));
      KeepRules keep = new KeepRules(settings);
      List<TensorEntry> weights =
          task.header().tensors().stream().filter(tensor -> keep.reason(tensor).isEmpty()).toList();
      WeightLayers layers =
          WeightLayers.of(
              OnnxGraph.read(zoo, task.header().files().get(0).path(), limits),
              weights,
              source.maxColumns());
      Map<String, String> refusals = new LinkedHashMap<>(layers.refusals());
      Map<String, String> files = new LinkedHashMap<>();
      java.nio.file.Path local = Files.createTempDirectory("zoopress-inputs");
      try (OnnxSession session = OnnxSession.ofFile(withOutputs(task, zoo, layers, local))) {
        Path data = new Path(source.data());
        HadoopModelFolder folder = new HadoopModelFolder(conf, data.getParent());
        DataSet set = DataSet.open(DataDescriptor.read(folder, data.getName()), folder);
        Optional<String> mismatch = session.mismatch(set.shape());
        if (mismatch.isPresent()) {
          throw new UserInputException(mismatch.get());
        }
        refusals.putAll(
            new LayerInputs(session, set, source.samples())
                .collect(
                    layers,
                    (weight, gram) -> {
                      String file = Digests.sha256(List.of(key, weight)) + ".gram";
                      GramFile.write(fs, new Path(source.target(), file), gram);
                      files.put(weight, file);
                    }));
      } finally {
        LocalFiles.delete(local);
      }
      return new Collected(task.name(), files, refusals, "");
    }

    private java.nio.file.Path withOutputs(
        Task task, HadoopModelFolder zoo, WeightLayers layers, java.nio.file.Path local)
        throws IOException {
      List<String> paths = new ArrayList<>();
      for (ModelHeader.SourceFile file : task.header().files()) {
        paths.add(zoo.resolve(file.path()).toString());
      }
      java.nio.file.Path main = LocalFiles.fetch(conf, paths, local);
      Files.write(main, ExtraOutputs.suffix(layers.extraOutputs()), StandardOpenOption.APPEND);
      return main;
    }
  }
}
