package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Lease;
import org.zoopress.error.UserInputException;
import org.zoopress.job.EvaluateReport.Evaluation;
import org.zoopress.job.EvaluateReport.Skipped;

/** The project's own zoo on its own test set: originals and restored networks side by side. */
class EvaluateJobTest {
  private static final long SAMPLES = 300;

  @TempDir static Path shared;
  private static Path zoo;
  private static Path compressed;

  @TempDir Path folder;
  private Path archive;

  @BeforeAll
  static void compress() throws Exception {
    zoo = shared.resolve("zoo");
    compressed = shared.resolve("archive");
    Path shipped = Runs.datasets().resolve("zoo");
    for (String file :
        List.of(
            "glyph-separable.onnx", "glyph-resnet-a.onnx", "weights/glyph-resnet-a.safetensors")) {
      Files.createDirectories(zoo.resolve(file).getParent());
      Files.copy(shipped.resolve(file), zoo.resolve(file));
    }
    // Weights that belong to no graph, and a graph of another input than the data's.
    TestZoo.safetensors(zoo.resolve("glyph-lonely.safetensors"), TestZoo.network(1));
    var report = Runs.compress(zoo, compressed, "night", "scalar.bits", "5");
    assertThat(report.modelsOk()).isEqualTo(4);
    assertThat(report.modelsFailed()).isZero();
  }

  @BeforeEach
  void copyArchive() throws Exception {
    archive = folder.resolve("archive");
    for (Path file : Runs.files(compressed)) {
      Path copy = archive.resolve(compressed.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private EvaluateReport evaluate(Path data, String runId, Long limit) throws Exception {
    return evaluate(data, runId, limit, Progress.SILENT);
  }

  private EvaluateReport evaluate(Path data, String runId, Long limit, Progress progress)
      throws Exception {
    return new EvaluateJob()
        .run(
            TestSpark.local(),
            new EvaluateRequest(
                archive.toString(),
                zoo.toString(),
                data.toString(),
                Optional.ofNullable(runId),
                Optional.ofNullable(limit),
                TestZoo.settings()),
            progress);
  }

  /** The collector and an evaluation look for each other, whoever comes first. */
  @Test
  void gcKeepsOutOfTheWayOfAnEvaluation() throws Exception {
    List<String> refusals = new ArrayList<>();
    Progress collecting =
        new Progress() {
          @Override
          public void stage(String name, long total) {
            if (name.equals("evaluating samples")) {
              try {
                new GcJob()
                    .run(
                        TestSpark.local(),
                        new GcRequest(
                            archive.toString(), OptionalInt.of(1), OptionalInt.empty(), false),
                        Progress.SILENT);
              } catch (Exception e) {
                refusals.add(e.getMessage());
              }
            }
          }

          @Override
          public void advance(long units) {}

          @Override
          public void message(String text) {}
        };
    assertThat(evaluate(glyphs(), null, 10L, collecting).evaluations()).hasSize(3);
    assertThat(refusals)
        .singleElement()
        .asString()
        .startsWith("Cannot collect archive ")
        .contains(" works on run night.evaluation-");
    assertThat(Runs.files(archive.resolve("_staging"))).isEmpty();

    var root = new org.apache.hadoop.fs.Path(archive.toString());
    FileSystem fs = root.getFileSystem(new Configuration());
    ArchivePaths paths = new ArchivePaths(root);
    fs.mkdirs(paths.collectorLease().getParent());
    try (Lease collector = Lease.acquire(fs, paths.collectorLease(), Duration.ofMinutes(5))) {
      assertThatThrownBy(() -> evaluate(glyphs(), null, 10L))
          .isInstanceOf(UserInputException.class)
          .hasMessageStartingWith("Cannot start the run: gc deletes files of archive ");
      collector.check();
    }
    assertThat(evaluate(glyphs(), null, 10L).evaluations()).hasSize(3);
  }

  private static Path glyphs() {
    return Runs.datasets().resolve("glyphs.yaml");
  }

  @Test
  void figuresAreSensibleAndRowsAreVisible() throws Exception {
    EvaluateReport report = evaluate(glyphs(), null, SAMPLES);
    assertThat(report.runId()).isEqualTo("night");
    Map<String, Evaluation> found =
        report.evaluations().stream()
            .collect(Collectors.toMap(Evaluation::model, Function.identity()));
    assertThat(found.keySet())
        .containsExactlyInAnyOrder("glyph-resnet-a", "glyph-separable", "weights/glyph-resnet-a");
    for (Evaluation evaluation : found.values()) {
      assertThat(evaluation.dataset()).isEqualTo("glyphs");
      assertThat(evaluation.samples()).isEqualTo(SAMPLES);
      assertThat(evaluation.correctBefore()).isBetween(270L, SAMPLES);
      assertThat(evaluation.top1Before()).isEqualTo((double) evaluation.correctBefore() / SAMPLES);
      assertThat(evaluation.top1After()).isEqualTo((double) evaluation.correctAfter() / SAMPLES);
      assertThat(evaluation.agreement()).isBetween(0.97, 1.0);
      assertThat(evaluation.kl()).isBetween(1e-9, 0.05);
    }
    Evaluation graph = found.get("glyph-resnet-a");
    Evaluation weights = found.get("weights/glyph-resnet-a");
    assertThat(weights).usingRecursiveComparison().ignoringFields("model").isEqualTo(graph);
    assertThat(report.skipped())
        .containsExactly(
            new Skipped(
                "glyph-lonely",
                "it has no graph, and no ONNX model of the run holds exactly its tensors; add the network's ONNX export to the zoo"));
    List<List<Object>> rows =
        Runs.query(
            archive,
            "SELECT model, status, samples, correct_after, reason FROM evaluations WHERE run_id = 'night' ORDER BY model");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).get(1)).isEqualTo("skipped");
    assertThat(rows.get(1)).startsWith("glyph-resnet-a", "ok", SAMPLES, graph.correctAfter());
    assertThat(rows.get(3).get(4))
        .isEqualTo("evaluated through the graph of glyph-resnet-a, which holds the same tensors");
    assertThat(Runs.files(archive.resolve("_staging"))).isEmpty();
    // A second evaluation adds rows and changes none.
    evaluate(glyphs(), "night", 20L);
    assertThat(Runs.query(archive, "SELECT model FROM evaluations")).hasSize(8);
    assertThat(
            Runs.query(
                archive,
                "SELECT model, status, samples, correct_after, reason FROM evaluations WHERE samples = 300 OR status = 'skipped' ORDER BY model, evaluated_at"))
        .containsAll(rows);
  }

  @Test
  void anEvaluationThatDiedBeforeItWasVisibleIsFinishedByTheNext() throws Exception {
    evaluate(glyphs(), null, 30L);
    Path manifest =
        Runs.files(archive.resolve("_commits")).stream()
            .filter(file -> file.toString().contains(".evaluation-"))
            .findFirst()
            .orElseThrow();
    String name = manifest.getFileName().toString().replace(".json", "");
    Path staging = Files.createDirectories(archive.resolve("_staging").resolve(name));
    Files.move(manifest, staging.resolve("commit.json"));
    assertThat(Runs.query(archive, "SELECT model FROM evaluations")).isEmpty();
    evaluate(glyphs(), null, 20L);
    assertThat(
            Runs.query(
                archive,
                "SELECT samples FROM evaluations WHERE model = 'glyph-separable' ORDER BY samples"))
        .containsExactly(List.of(20L), List.of(30L));
    assertThat(archive.resolve("_staging")).isEmptyDirectory();
  }

  @Test
  void samplesOfAnotherShapeAreASkipWithTheReason() throws Exception {
    Path data = shared.resolve("wide.yaml");
    byte[] images = new byte[16 + 4 * 6 * 5];
    System.arraycopy(new byte[] {0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 5}, 0, images, 0, 16);
    Files.write(shared.resolve("i.idx"), images);
    Files.write(shared.resolve("l.idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 3});
    Files.writeString(
        data,
        """
        name: wide
        format: idx
        images: i.idx
        labels: l.idx
        preprocess:
          scale: 255
          mean: [0.0]
          std: [1.0]
        models: ["glyph-separable"]
        """);
    EvaluateReport report = evaluate(data, null, null);
    assertThat(report.evaluations()).isEmpty();
    assertThat(report.skipped())
        .extracting(Skipped::model, Skipped::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "glyph-separable",
                "its input 'input' is [-1, 1, 28, 28], the samples are 1x6x5 (nchw)"));
  }

  @Test
  void anOriginalThatIsGoneIsASkipWithTheReason() throws Exception {
    Path there = zoo.resolve("glyph-separable.onnx");
    Path away = shared.resolve("away.onnx");
    Files.move(there, away);
    try {
      EvaluateReport report = evaluate(glyphs(), null, 10L);
      assertThat(report.skipped())
          .filteredOn(skipped -> skipped.model().equals("glyph-separable"))
          .singleElement()
          .satisfies(
              skipped ->
                  assertThat(skipped.reason())
                      .startsWith("the original is gone or changed since run ")
                      .endsWith("; check --zoo, or compress again"));
    } finally {
      Files.move(away, there);
    }
  }

  @Test
  void noMatchingModelIsAMessage() throws Exception {
    Path data = shared.resolve("none.yaml");
    Files.writeString(
        data,
        Files.readString(glyphs())
            .replace("glyphs/", Runs.datasets().toAbsolutePath().normalize() + "/glyphs/")
            .replace("glyph-*", "nothing-*"));
    assertThatThrownBy(() -> evaluate(data, null, 10L)).isInstanceOf(UserInputException.class);
    assertThatThrownBy(() -> evaluate(glyphs(), "no-such-run", 10L))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot find run 'no-such-run'");
  }
}
