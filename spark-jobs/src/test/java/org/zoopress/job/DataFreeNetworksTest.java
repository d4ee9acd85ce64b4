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

  /** A descriptor of the shipped glyphs for some models. */
  private Path glyphs(String name, String models, String more) throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    for (String part : List.of("images-idx3", "labels-idx1")) {
      Path file = data.resolve(part + ".gz");
      if (!Files.exists(file)) {
        Files.copy(Runs.datasets().resolve("glyphs/test-%s-ubyte.gz".formatted(part)), file);
      }
    }
    return Files.writeString(
        data.resolve(name),
        "name: glyphs\nformat: idx\nimages: images-idx3.gz\nlabels: labels-idx1.gz\n%smodels: [\"%s\"]\n"
            .formatted(more, models));
  }

  private CompressReport onSamples(String run, Path data, int samples, List<String> messages)
      throws Exception {
    List<String> settings = new ArrayList<>(QUICK);
    settings.addAll(
        List.of(
            "inputs.data", data.toString(),
            "inputs.samples", String.valueOf(samples),
            "second-order.probes", "16",
            "second-order.held-out", "8",
            "second-order.passes", "2"));
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, long total) {}

          @Override
          public void advance(long amount) {}

          @Override
          public void message(String text) {
            messages.add(text);
          }
        };
    return new CompressJob()
        .run(
            TestSpark.local(),
            new CompressRequest(
                zoo.toString(),
                archive.toString(),
                Optional.of(run),
                TestZoo.settings(settings.toArray(new String[0]))),
            progress);
  }

  private List<List<Object>> probes(String run) throws Exception {
    return Runs.query(
        archive, "SELECT model, probes FROM models WHERE run_id = '%s' ORDER BY 1".formatted(run));
  }

  @Test
  void samplesAreTheProbesOfTheNetworksTheyAreFor() throws Exception {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    for (String file : List.of("glyph-resnet-a.onnx", "glyph-separable.onnx")) {
      add(Runs.datasets().resolve("zoo").resolve(file), file);
    }
    List<String> messages = new ArrayList<>();

    Path data = glyphs("some.yaml", "glyph-resnet-*", "");
    CompressReport first = onSamples("first", data, 60, messages);
    assertThat(first.tensorsReused()).isZero();
    assertThat(probes("first"))
        .containsExactly(
            List.of("glyph-resnet-a", "samples"), List.of("glyph-separable", "synthetic"));

    CompressReport same = onSamples("same", data, 60, messages);
    assertThat(same.tensorsSolved()).isZero();

    // Fewer samples than probes: another network, while the other model's is taken over.
    CompressReport fewer = onSamples("fewer", data, 20, messages);
    assertThat(fewer.tensorsSolved()).isPositive();
    assertThat(fewer.tensorsReused()).isPositive();
    assertThat(probes("fewer"))
        .containsExactly(
            List.of("glyph-resnet-a", "samples, synthetic"),
            List.of("glyph-separable", "synthetic"));

    // Another shape: no sample is of use, and the run says so.
    assertThat(messages).noneMatch(text -> text.contains("its probes are made"));
    Path cropped = glyphs("cropped.yaml", "glyph-resnet-*", "preprocess:\n  crop: 12\n");
    onSamples("cropped", cropped, 60, messages);
    assertThat(probes("cropped").get(0)).containsExactly("glyph-resnet-a", "synthetic");
    assertThat(messages)
        .anyMatch(
            text ->
                text.endsWith(
                    "glyph-resnet-a: its probes are made, since inputs.data is not of its input's shape"));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
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
