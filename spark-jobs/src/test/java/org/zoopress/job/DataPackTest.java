package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorKey;

/** Published networks: the same weights in several formats are stored once. */
class DataPackTest {
  @TempDir Path folder;

  @Test
  void theFormatsOfOneNetworkShareTheirPayloads() throws Exception {
    Path zoo = Path.of(System.getProperty("zoopress.test.data", "none"), "cifar10_resnet");
    Assumptions.assumeTrue(Files.isDirectory(zoo), () -> "needs the data pack: " + zoo);
    Path archive = folder.resolve("archive");
    CompressReport report = Runs.compress(zoo, archive, "night", "scalar.bits", "4");

    Map<String, Set<String>> keys = keys(zoo);
    Set<String> distinct = new HashSet<>();
    keys.values().forEach(distinct::addAll);
    long all = keys.values().stream().mapToLong(Set::size).sum();
    assertThat(report.modelsOk()).isEqualTo(keys.size());
    assertThat(report.modelsFailed()).isZero();
    assertThat(report.tensorsSolved()).isEqualTo(distinct.size()).isLessThan(all * 2 / 3);
    assertThat(report.models())
        .filteredOn(line -> line.status().equals("skipped"))
        .extracting(CompressReport.ModelLine::model)
        .containsExactly("resnet20.logits.f32", "resnet32.logits.f32", "resnet56.logits.f32");

    assertThat(
            Runs.query(
                archive,
                "SELECT tensor_key FROM tensors GROUP BY tensor_key HAVING COUNT(DISTINCT parts_json) > 1"))
        .as("a tensor has one place only")
        .isEmpty();
    Map<String, byte[]> checkpoint = Runs.tensors(archive, "resnet20-12fca82f");
    Map<String, byte[]> weights = Runs.tensors(archive, "resnet20.safetensors");
    Map<String, byte[]> graph = Runs.tensors(archive, "resnet20.bn");
    int shared = 0;
    for (Map.Entry<String, byte[]> tensor : weights.entrySet()) {
      assertThat(checkpoint.get(tensor.getKey())).as(tensor.getKey()).isEqualTo(tensor.getValue());
      if (graph.containsKey(tensor.getKey())) {
        assertThat(graph.get(tensor.getKey())).as(tensor.getKey()).isEqualTo(tensor.getValue());
        shared++;
      }
    }
    assertThat(shared).as("tensors that the graph holds by the same name").isGreaterThan(90);
    assertThat(report.compressionRatio()).isGreaterThan(8);
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  private static Map<String, Set<String>> keys(Path zoo) throws Exception {
    HadoopModelFolder models =
        new HadoopModelFolder(new Configuration(), new org.apache.hadoop.fs.Path(zoo.toUri()));
    Map<String, Set<String>> keys = new LinkedHashMap<>();
    List<Path> files = Runs.files(zoo);
    for (Path file : files) {
      String path = zoo.relativize(file).toString();
      if (ModelReaders.formatOf(path).isEmpty()) {
        continue;
      }
      ModelHeader header = ModelReaders.readHeader(models, path, ReaderLimits.DEFAULT);
      Set<String> own = new HashSet<>();
      try (ByteSource source = models.open(path)) {
        for (TensorEntry tensor : header.tensors()) {
          own.add(TensorKey.of(source, tensor));
        }
      }
      keys.put(path, own);
    }
    return keys;
  }
}
