package org.zoopress.job;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.archive.Digests;
import org.zoopress.archive.ParquetRows;
import org.zoopress.error.BadModelException;
import org.zoopress.io.FileStamp;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ModelSkeleton;
import org.zoopress.zoo.ReaderLimits;

/** Reads the headers of all models on executors; weights are not touched. */
final class HeaderStage {
  private HeaderStage() {}

  /**
   * What the listing turned out to be.
   *
   * @param models models in order of their names, those that cannot be read included
   * @param skipped files that are neither models nor parts of one
   */
  record Result(List<ModelInput> models, List<FileStamp> skipped) {}

  /**
   * Reads headers and, where {@code skeletons} is given, stages each model's skeleton there.
   *
   * @param listing all files of the zoo
   * @param files those of them to look at
   */
  static Result run(
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> conf,
      String zoo,
      List<FileStamp> listing,
      List<FileStamp> files,
      ReaderLimits limits,
      Optional<Path> skeletons,
      Progress progress) {
    List<String> paths =
        files.stream()
            .map(FileStamp::path)
            .filter(path -> ModelReaders.formatOf(path).isPresent())
            .toList();
    Map<String, FileStamp> stamps = new HashMap<>();
    listing.forEach(file -> stamps.put(file.path(), file));
    List<ModelInput> inputs = List.of();
    if (!paths.isEmpty()) {
      try (StageProgress stage =
          new StageProgress(spark, progress, "reading headers", paths.size())) {
        LongAccumulator done = stage.done();
        String target = skeletons.map(Path::toString).orElse("");
        inputs =
            new ArrayList<>(
                spark
                    .parallelize(paths, Math.min(paths.size(), 8 * spark.defaultParallelism()))
                    .map(
                        path -> {
                          ModelInput input = read(conf.value().value(), zoo, path, limits, target);
                          done.add(1);
                          return input;
                        })
                    .collect());
      }
    }
    return arrange(inputs, files, stamps, ModelNames.assign(listing));
  }

  private static ModelInput read(
      Configuration conf, String zoo, String path, ReaderLimits limits, String skeletons)
      throws IOException {
    String name = ModelReaders.nameOf(path);
    try {
      HadoopModelFolder folder = new HadoopModelFolder(conf, new Path(zoo));
      ModelHeader header = ModelReaders.readHeader(folder, path, limits);
      String file = "";
      int bytes = 0;
      String literalsKey = "";
      if (!skeletons.isEmpty()) {
        ModelSkeleton literals = ModelSkeleton.read(folder, header, limits);
        byte[] skeleton = literals.encode();
        literalsKey = literals.literalsKey();
        Path target = new Path(skeletons, Digests.sha256(List.of(path)) + ".skeleton");
        FileSystem fs = ParquetRows.fileSystem(conf, target);
        try (OutputStream out = fs.create(target, true)) {
          out.write(skeleton);
        }
        file = target.toString();
        bytes = skeleton.length;
      }
      return new ModelInput(path, name, header, List.of(), file, bytes, literalsKey, "", "");
    } catch (IOException | RuntimeException | StackOverflowError e) {
      Failures.rethrowIfWorthAnotherAttempt(e);
      return ModelInput.failed(path, name, List.of(), e);
    }
  }

  /** Leaves out shards that belong to an index, stamps the files, and makes names unique. */
  private static Result arrange(
      List<ModelInput> inputs,
      List<FileStamp> files,
      Map<String, FileStamp> stamps,
      Map<String, String> names) {
    Set<String> parts = new HashSet<>();
    for (ModelInput input : inputs) {
      if (!input.failed()) {
        input.header().files().stream()
            .map(ModelHeader.SourceFile::path)
            .filter(path -> !path.equals(input.path()))
            .forEach(parts::add);
      }
    }
    List<ModelInput> models = new ArrayList<>();
    for (ModelInput input : inputs) {
      if (!parts.contains(input.path())) {
        models.add(stamped(input, stamps).withName(names.get(input.path())));
      }
    }
    models.sort(Comparator.comparing(ModelInput::name));
    List<FileStamp> skipped =
        files.stream()
            .filter(
                file ->
                    ModelReaders.formatOf(file.path()).isEmpty() && !parts.contains(file.path()))
            .toList();
    return new Result(models, skipped);
  }

  private static ModelInput stamped(ModelInput input, Map<String, FileStamp> stamps) {
    List<FileStamp> own = new ArrayList<>();
    if (input.failed()) {
      own.add(stamps.get(input.path()));
    } else {
      for (ModelHeader.SourceFile file : input.header().files()) {
        own.add(stamps.get(file.path()));
      }
      if (!input.header().files().stream().anyMatch(file -> file.path().equals(input.path()))) {
        own.add(0, stamps.get(input.path()));
      }
    }
    if (own.contains(null)) {
      return ModelInput.failed(
          input.path(),
          input.name(),
          own.stream().filter(Objects::nonNull).toList(),
          new BadModelException(
              input.path(),
              "a file that it refers to is hidden or came after the zoo was listed",
              "Run again when nothing writes to the zoo"));
    }
    return new ModelInput(
        input.path(),
        input.name(),
        input.header(),
        List.copyOf(own),
        input.skeletonFile(),
        input.skeletonBytes(),
        input.literalsKey(),
        input.errorClass(),
        input.errorMessage());
  }
}
