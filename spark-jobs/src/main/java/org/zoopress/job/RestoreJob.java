package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.ParquetRows;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.error.UserInputException;
import org.zoopress.io.HadoopFiles;
import org.zoopress.zoo.ModelFormat;
import org.zoopress.zoo.ModelReaders;

/**
 * Gives a model back: same names, dtypes, shapes and metadata. Inputs: an archive. Outputs: the
 * model's files. Usage:
 *
 * <pre>  zoopress restore --archive archive --model resnet20 --to restored/resnet20.safetensors
 * </pre>
 */
public final class RestoreJob implements ZooJob<RestoreRequest, RestoreReport> {

  @Override
  public RestoreReport run(SparkSession session, RestoreRequest request, Progress progress)
      throws Exception {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    ArchiveReader archive = ArchiveReader.open(conf, new Path(request.archive()));
    Optional<ModelFormat> asked =
        request.format().map(text -> ModelFormat.valueOf(text.toUpperCase(Locale.ROOT)));
    Optional<ModelFormat> wanted = asked.or(() -> ModelReaders.formatOf(request.to()));
    Manifest run = runWith(archive, request);
    Row row =
        ModelNames.find(archive.rows(run, Table.MODELS), request.model(), wanted, run.runId());
    ModelFormat source = ModelNames.format(row);
    ModelFormat format =
        wanted.orElse(source == ModelFormat.TORCH ? ModelFormat.SAFETENSORS : source);

    ModelRestorer restorer =
        new ModelRestorer(spark, spark.broadcast(new SerializableConfiguration(conf)), archive);
    CompressedModel model = restorer.stored(row);
    Path to = new Path(request.to());
    boolean ownFiles = format == source && source != ModelFormat.TORCH;
    int count = ownFiles ? model.header().files().size() : 1;
    List<Path> files;
    try (HadoopFiles target = target(conf, to, model, count)) {
      restorer.restore(model, format, target, progress);
      files = target.complete();
    }
    long bytes = 0;
    List<String> written = new ArrayList<>();
    FileSystem fs = ParquetRows.fileSystem(conf, to);
    for (Path file : files) {
      bytes += fs.getFileStatus(file).getLen();
      written.add(file.toString());
    }
    return new RestoreReport(
        run.runId(),
        row.string("model"),
        format.name().toLowerCase(Locale.ROOT),
        written,
        model.header().tensors().size(),
        bytes);
  }

  /** The run asked for, else the newest that holds the model. */
  private static Manifest runWith(ArchiveReader archive, RestoreRequest request)
      throws IOException {
    if (request.runId().isPresent()) {
      return archive.runOrNewest(request.runId());
    }
    List<Manifest> newestFirst = new ArrayList<>(archive.runs());
    newestFirst.sort(Comparator.comparing(Manifest::committedAt).reversed());
    for (Manifest run : newestFirst) {
      if (ModelNames.isKnown(archive.rows(run, Table.MODELS), request.model())) {
        return run;
      }
    }
    return archive.runOrNewest(Optional.empty());
  }

  /**
   * One file goes to exactly {@code to} if that names a model file; everything else goes below the
   * folder {@code to}.
   */
  private static HadoopFiles target(Configuration conf, Path to, CompressedModel model, int count)
      throws IOException {
    FileSystem fs = to.getFileSystem(conf);
    boolean isFile =
        ModelReaders.formatOf(to.getName()).isPresent()
            && !(fs.exists(to) && fs.getFileStatus(to).isDirectory());
    if (isFile && count > 1) {
      throw new UserInputException(
          "Cannot restore model '%s' to the file %s: it has %d files. Name a folder with --to."
              .formatted(model.header().name(), to, count));
    }
    if (isFile) {
      Path parent = to.getParent() == null ? new Path(".") : to.getParent();
      return new HadoopFiles(conf, parent, path -> to.getName());
    }
    String main = model.header().files().get(0).path();
    String folder = main.contains("/") ? main.substring(0, main.lastIndexOf('/') + 1) : "";
    UnaryOperator<String> below =
        path -> path.startsWith(folder) ? path.substring(folder.length()) : path;
    return new HadoopFiles(conf, to, below);
  }
}
