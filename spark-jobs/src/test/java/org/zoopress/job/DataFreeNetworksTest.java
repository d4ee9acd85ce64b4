package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real networks compressed without data, from their files to what they answer. */
class DataFreeNetworksTest {
  private static final List<String> QUICK =
      List.of(
          "methods", "second-order,scalar",
          "second-order.probes", "32",
          "second-order.held-out", "16",
          "second-order.probe-steps", "10",
          "second-order.distillation-steps", "4",
          "second-order.passes", "4");

  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  private CompressReport compress(String... more) throws Exception {
    List<String> settings = new ArrayList<>(QUICK);
    settings.addAll(List.of(more));
    return Runs.compress(zoo, archive, "night", settings.toArray(new String[0]));
  }

  private Map<String, EvaluateReport.Evaluation> evaluate(Path data, Long limit) throws Exception {
    return new EvaluateJob()
            .run(
                TestSpark.local(),
                new EvaluateRequest(
                    archive.toString(),
                    zoo.toString(),
                    data.toString(),
                    Optional.empty(),
                    Optional.ofNullable(limit),
                    TestZoo.settings()),
                Progress.SILENT)
            .evaluations()
            .stream()
            .collect(Collectors.toMap(EvaluateReport.Evaluation::model, Function.identity()));
  }

  private void add(Path source, String as) throws Exception {
    Files.createDirectories(zoo.resolve(as).getParent());
    Files.copy(source, zoo.resolve(as));
  }

  @Test
  void glyphNetworksKeepTheirAnswersAtTenTimes() throws Exception {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    Path shipped = Runs.datasets().resolve("zoo");
    add(shipped.resolve("glyph-resnet-a.onnx"), "glyph-resnet-a.onnx");
    add(shipped.resolve("weights/glyph-resnet-a.safetensors"), "glyph-weights.safetensors");

    CompressReport report = compress("target.ratio", "10");

    assertThat(report.compressionRatio()).isBetween(10.0, 10.2);
    assertThat(
            Runs.query(
                archive,
                "SELECT model, normalization LIKE 'folded%', probe_agreement > 0.8, network_seconds > 0 FROM models ORDER BY model"))
        .containsExactly(
            List.of("glyph-resnet-a", true, true, true),
            List.of("glyph-weights", true, true, true));
    assertThat(
            Runs.query(
                archive,
                "SELECT count(*) FROM tensors WHERE rank = 4 AND method = 'second-order' AND layer_step > 0 AND layer_bits > 0 AND layer_output_error > 0"))
        .isEqualTo(Runs.query(archive, "SELECT count(*) FROM tensors WHERE rank = 4"));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
    Runs.restore(archive, "glyph-weights", folder.resolve("restored"), "safetensors");
    Runs.restore(archive, "glyph-resnet-a", folder.resolve("restored"), "onnx");
    Map<String, EvaluateReport.Evaluation> evaluations =
        evaluate(Runs.datasets().resolve("glyphs.yaml"), 500L);
    assertThat(evaluations.keySet()).containsExactlyInAnyOrder("glyph-resnet-a", "glyph-weights");
    assertThat(evaluations.values()).allMatch(e -> e.agreement() > 0.97);
    assertThat(compress("target.ratio", "10").status()).isEqualTo("already-committed");
  }

  @Test
  void codewordsAreAChoiceOfTheSettings() throws Exception {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    add(Runs.datasets().resolve("zoo/glyph-separable.onnx"), "glyph-separable.onnx");

    CompressReport report =
        compress(
            "target.ratio", "16",
            "second-order.quantizer", "additive",
            "second-order.codebooks", "4x32x9");

    assertThat(report.compressionRatio()).isBetween(16.0, 16.5);
    assertThat(
            Runs.query(
                archive,
                "SELECT DISTINCT operating_point LIKE 'additive 4x32x9, step=%' FROM tensors WHERE method = 'second-order'"))
        .containsExactly(List.of(true));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  @Test
  void aNetworkWithoutBatchNormsInThreeFormatsIsOnePayload() throws Exception {
    Path pack = Path.of(System.getProperty("zoopress.test.data", "none"), "mnist");
    Assumptions.assumeTrue(Files.isDirectory(pack), () -> "needs the data pack: " + pack);
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    for (String file : List.of("lenet.onnx", "lenet.safetensors", "lenet_mnist_model.pth")) {
      add(pack.resolve(file), file);
    }

    CompressReport report = compress("target.ratio", "20");

    assertThat(report.compressionRatio()).isGreaterThanOrEqualTo(20);
    assertThat(
            Runs.query(
                archive,
                "SELECT count(DISTINCT payload_offset), count(DISTINCT model) FROM tensors WHERE method = 'second-order'"))
        .containsExactly(List.of(1L, 3L));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    for (String file : List.of("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")) {
      Files.copy(pack.resolve(file), data.resolve(file));
    }
    Path descriptor = data.resolve("mnist.yaml");
    Files.copy(Runs.datasets().resolveSibling("conf/data/mnist.yaml"), descriptor);
    assertThat(evaluate(descriptor, 1000L).values())
        .hasSize(3)
        .allMatch(evaluation -> evaluation.agreement() > 0.9);
  }
}
