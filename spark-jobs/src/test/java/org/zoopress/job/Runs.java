package org.zoopress.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.zoopress.archive.CompressedModel;
import org.zoopress.zoo.TensorEntry;

/** Jobs in this JVM, and what they leave on disk. */
public final class Runs {
  private Runs() {}

  /** Compresses with settings {@code key, value, …}; a null run id leaves it out. */
  public static CompressReport compress(Path zoo, Path archive, String runId, String... settings)
      throws Exception {
    return new CompressJob()
        .run(
            TestSpark.local(),
            new CompressRequest(
                zoo.toString(),
                archive.toString(),
                Optional.ofNullable(runId),
                TestZoo.settings(settings)),
            Progress.SILENT);
  }

  /** Restores a model of the newest run; a null format leaves it out. */
  public static RestoreReport restore(Path archive, String model, Path to, String format)
      throws Exception {
    return new RestoreJob()
        .run(
            TestSpark.local(),
            new RestoreRequest(
                archive.toString(),
                model,
                to.toString(),
                Optional.empty(),
                Optional.ofNullable(format)),
            Progress.SILENT);
  }

  /** Verifies all runs. */
  public static VerifyReport verify(Path archive) throws Exception {
    return new VerifyJob()
        .run(
            TestSpark.local(),
            new VerifyRequest(archive.toString(), Optional.empty()),
            Progress.SILENT);
  }

  /** Rows of a query. */
  public static List<List<Object>> query(Path archive, String sql) throws Exception {
    return new QueryJob()
        .run(TestSpark.local(), new QueryRequest(archive.toString(), sql, 100_000), Progress.SILENT)
        .rows();
  }

  /** A model of the newest run, decoded without Spark. */
  public static CompressedModel open(Path archive, String model) throws IOException {
    return CompressedModel.open(
        new Configuration(),
        new org.apache.hadoop.fs.Path(archive.toString()),
        model,
        Optional.empty());
  }

  /** Every tensor of a model of the newest run, by name. */
  public static Map<String, byte[]> tensors(Path archive, String model) throws IOException {
    CompressedModel stored = open(archive, model);
    Map<String, byte[]> tensors = new TreeMap<>();
    for (TensorEntry tensor : stored.header().tensors()) {
      tensors.put(tensor.name(), stored.bytes(tensor.name()));
    }
    return tensors;
  }

  /** The packs by file name, with their bytes. */
  public static Map<String, byte[]> packs(Path archive) throws IOException {
    Map<String, byte[]> packs = new TreeMap<>();
    for (Path file : files(archive.resolve("payloads"))) {
      packs.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return packs;
  }

  /** Regular files below a folder, sorted; none if it is missing. */
  public static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The project's own zoo and data, wherever the tests are started. */
  public static Path datasets() {
    return Path.of(System.getProperty("zoopress.root", "..")).resolve("datasets");
  }
}
