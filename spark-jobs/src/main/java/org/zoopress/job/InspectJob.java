package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.error.UserInputException;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.TensorEntry;

/**
 * Shows what is in a model file or in an archive. Usage:
 *
 * <pre>  zoopress inspect models/resnet20.onnx
 *  zoopress inspect archive --model resnet20</pre>
 */
public final class InspectJob implements ZooJob<InspectRequest, InspectReport> {

  @Override
  public InspectReport run(SparkSession session, InspectRequest request, Progress progress)
      throws Exception {
    progress.stage("inspecting", 0);
    Configuration conf = session.sparkContext().hadoopConfiguration();
    Path path = new Path(request.path());
    FileSystem fs = path.getFileSystem(conf);
    path = fs.makeQualified(path);
    if (!fs.exists(path)) {
      throw new UserInputException(
          "Cannot inspect %s: there is no such file or folder. Check the path.".formatted(path));
    }
    if (fs.exists(new ArchivePaths(path).commits())) {
      ArchiveReader archive = ArchiveReader.open(conf, path);
      return request.model().isPresent() ? model(archive, request) : overview(archive);
    }
    if (fs.getFileStatus(path).isDirectory()) {
      throw new UserInputException(
          "Cannot inspect %s: the folder is no archive. Name a model file or an archive; `zoopress scan --zoo` lists a zoo."
              .formatted(path));
    }
    return file(conf, path, request);
  }

  private static InspectReport file(Configuration conf, Path path, InspectRequest request)
      throws IOException {
    if (ModelReaders.formatOf(path.getName()).isEmpty()) {
      throw new UserInputException(
          "Cannot inspect %s: its name ends in none of .safetensors .onnx .pt .pth .th .ckpt. Name a model file."
              .formatted(path));
    }
    ModelHeader header =
        ModelReaders.readHeader(
            new HadoopModelFolder(conf, path.getParent()),
            path.getName(),
            RunContext.limits(request.settings()));
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("format", header.format().name().toLowerCase(Locale.ROOT)));
    facts.add(List.of("tensors", Integer.toString(header.tensors().size())));
    facts.add(List.of("weights", Long.toString(RunTotals.weights(header))));
    header
        .files()
        .forEach(
            file ->
                facts.add(List.of("file", "%s (%d bytes)".formatted(file.path(), file.length()))));
    for (Map.Entry<String, String> entry : header.metadata().entrySet()) {
      facts.add(List.of("metadata " + entry.getKey(), entry.getValue()));
    }
    header.notes().forEach(note -> facts.add(List.of("note", note)));
    List<List<String>> tensors = new ArrayList<>();
    for (TensorEntry tensor : header.tensors()) {
      tensors.add(
          List.of(
              tensor.name(),
              tensor.dtype().name(),
              tensor.shape().toString(),
              Long.toString(tensor.bytes())));
    }
    return new InspectReport(
        path.toString(),
        List.of(
            new InspectReport.Section("Model", List.of("what", "value"), facts),
            new InspectReport.Section(
                "Tensors", List.of("name", "dtype", "shape", "bytes"), tensors)));
  }

  private static InspectReport overview(ArchiveReader archive) throws IOException {
    List<List<String>> runs = new ArrayList<>();
    for (Manifest manifest : archive.runs()) {
      Row run = archive.rows(manifest, Table.RUNS).get(0);
      runs.add(
          List.of(
              manifest.runId(),
              manifest.committedAt(),
              run.string("methods"),
              Integer.toString(run.int32("models_ok")),
              Integer.toString(run.int32("models_failed")),
              Long.toString(run.int64("original_bytes")),
              Long.toString(run.int64("stored_bytes")),
              InspectReport.number(run.float64("compression_ratio"))));
    }
    Manifest newest = archive.runOrNewest(Optional.empty());
    List<List<String>> models = new ArrayList<>();
    for (Row model : archive.rows(newest, Table.MODELS)) {
      models.add(
          List.of(
              model.string("model"),
              model.string("status"),
              Long.toString(model.int64("original_bytes")),
              Long.toString(model.int64("stored_bytes")),
              InspectReport.number(model.float64("compression_ratio")),
              InspectReport.number(model.float64("relative_error")),
              Optional.ofNullable(model.string("error_message")).orElse("")));
    }
    return new InspectReport(
        archive.root().toString(),
        List.of(
            new InspectReport.Section(
                "Runs",
                List.of(
                    "run",
                    "committed",
                    "methods",
                    "ok",
                    "failed",
                    "original bytes",
                    "stored bytes",
                    "ratio"),
                runs),
            new InspectReport.Section(
                "Models of run " + newest.runId(),
                List.of(
                    "model",
                    "status",
                    "original bytes",
                    "stored bytes",
                    "ratio",
                    "error",
                    "reason"),
                models)));
  }

  private static InspectReport model(ArchiveReader archive, InspectRequest request)
      throws IOException {
    Manifest run = archive.runOrNewest(request.runId());
    Row model =
        ModelNames.find(
            archive.rows(run, Table.MODELS), request.model().get(), Optional.empty(), run.runId());
    List<List<String>> tensors = new ArrayList<>();
    for (Row tensor : archive.rows(run, Table.TENSORS)) {
      if (tensor.string("model").equals(model.string("model"))) {
        tensors.add(
            List.of(
                tensor.string("tensor"),
                tensor.string("dtype"),
                tensor.string("shape"),
                tensor.string("method"),
                tensor.string("operating_point"),
                Long.toString(tensor.int64("stored_bytes")),
                InspectReport.number(tensor.float64("bits_per_weight")),
                InspectReport.number(tensor.float64("relative_error")),
                tensor.string("why_chosen")));
      }
    }
    return new InspectReport(
        "%s in run %s".formatted(model.string("model"), run.runId()),
        List.of(
            new InspectReport.Section(
                "Tensors",
                List.of(
                    "tensor",
                    "dtype",
                    "shape",
                    "method",
                    "point",
                    "bytes",
                    "bits/weight",
                    "error",
                    "why"),
                tensors)));
  }
}
