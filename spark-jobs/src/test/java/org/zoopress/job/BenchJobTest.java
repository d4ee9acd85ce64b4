package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.zoopress.error.UserInputException;
import org.zoopress.method.MethodId;

/** Two networks of the project's own zoo by two methods at two sizes. */
class BenchJobTest {
  private static final List<MethodId> METHODS = List.of(MethodId.SCALAR, MethodId.TUCKER);

  @TempDir static Path zoo;
  private static Path data;

  @TempDir Path folder;

  /** Ends the bench like a kill: between two steps, by an error that nobody handles. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Notes messages, and kills where it is told to. */
  private static final class Watcher implements Progress {
    private final List<String> messages = new ArrayList<>();
    private final List<String> stages = new ArrayList<>();
    private String killAt = "never";

    @Override
    public void stage(String name, long total) {
      stages.add(name);
    }

    @Override
    public void advance(long units) {}

    @Override
    public void message(String text) {
      messages.add(text);
      if (text.contains(killAt)) {
        throw new Killed();
      }
    }

    long count(String stage) {
      return stages.stream().filter(stage::equals).count();
    }
  }

  @BeforeAll
  static void copyZoo() throws Exception {
    for (String file : List.of("glyph-separable.onnx", "glyph-resnet-a.onnx")) {
      Files.copy(Runs.datasets().resolve("zoo").resolve(file), zoo.resolve(file));
    }
    data = Runs.datasets().resolve("glyphs.yaml");
  }

  private BenchReport bench(
      Progress progress, List<Double> bits, List<Path> dataFiles, String... settings)
      throws Exception {
    return new BenchJob()
        .run(
            TestSpark.local(),
            new BenchRequest(
                zoo.toString(),
                folder.resolve("archive").toString(),
                METHODS,
                bits,
                dataFiles.stream().map(Path::toString).toList(),
                Optional.of(folder.resolve("report").toString()),
                TestZoo.settings(settings)),
            progress);
  }

  @Test
  void aRowForEachModelMethodAndBudgetAndOneSolveForAll() throws Exception {
    Watcher watcher = new Watcher();
    BenchReport report = bench(watcher, List.of(8.0, 6.0), List.of(data));
    assertThat(report.rows()).hasSize(2 * 3 * 2);
    assertThat(report.rows()).extracting(BenchReport.Row::status).containsOnly("ok");
    assertThat(report.rows().subList(0, 6))
        .extracting(r -> r.model() + "/" + r.method() + "/" + r.budgetBits())
        .containsExactly(
            "glyph-resnet-a/all methods/8.0",
            "glyph-resnet-a/all methods/6.0",
            "glyph-resnet-a/scalar/8.0",
            "glyph-resnet-a/scalar/6.0",
            "glyph-resnet-a/tucker/8.0",
            "glyph-resnet-a/tucker/6.0");
    for (BenchReport.Row row : report.rows()) {
      assertThat(row.bitsPerWeight()).isBetween(1.0, row.budgetBits());
      assertThat(row.underBudget()).isEqualTo(1 - row.bitsPerWeight() / row.budgetBits());
      assertThat(row.relativeError()).isBetween(1e-7, 0.2);
      assertThat(row.evaluation()).hasValueSatisfying(e -> assertThat(e.samples()).isEqualTo(3000));
    }
    assertThat(report.comparisons())
        .containsExactly(
            new BenchReport.Comparison("glyph-resnet-a", 2, 2, List.of()),
            new BenchReport.Comparison("glyph-separable", 2, 2, List.of()));
    assertThat(watcher.count("solving tensors")).isEqualTo(1);
    assertThat(watcher.count("evaluating samples")).isEqualTo(6);
    assertThat(folder.resolve("archive/_staging")).isEmptyDirectory();
    assertThat(Runs.verify(folder.resolve("archive")).tensorsFailed()).isZero();

    Path csv = folder.resolve("report/bench.csv");
    assertThat(Files.readAllLines(csv))
        .hasSize(13)
        .first()
        .asString()
        .startsWith("model,method,budget_bits,status,stored_bytes,bits_per_weight,");
    String svg = Files.readString(folder.resolve("report/bench.svg"));
    assertThat(svg.length()).isLessThan(60_000);
    assertThat(text(svg))
        .contains("all methods", "scalar", "tucker", "glyph-separable", "agreement on glyphs");

    // The same command again: everything is there.
    Watcher again = new Watcher();
    assertThat(bench(again, List.of(8.0, 6.0), List.of(data)).rows()).isEqualTo(report.rows());
    assertThat(again.stages).isEmpty();
    // Other settings under the same run ids are refused before anything happens.
    assertThatThrownBy(() -> bench(again, List.of(8.0), List.of(data), "seed", "7"))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith("Cannot bench into archive ")
        .hasMessageContaining("its run 'bench-all-8' is of another zoo, other settings or another");
  }

  @Test
  void aKilledBenchGoesOnWithWhatWasSolved() throws Exception {
    Watcher killed = new Watcher();
    killed.killAt = "bench 3 of 6";
    assertThatThrownBy(() -> bench(killed, List.of(8.0, 6.0), List.of()))
        .isInstanceOf(Killed.class);
    assertThat(Runs.files(folder.resolve("archive/_staging/_bench/solved"))).isNotEmpty();
    assertThat(Runs.query(folder.resolve("archive"), "SELECT run_id FROM runs ORDER BY run_id"))
        .containsExactly(List.of("bench-all-6"), List.of("bench-all-8"));
    Watcher watcher = new Watcher();
    assertThat(bench(watcher, List.of(8.0, 6.0), List.of()).rows()).hasSize(12);
    assertThat(watcher.count("solving tensors")).isZero();
    assertThat(watcher.messages)
        .contains("run bench-all-8 is committed already: nothing to do")
        .contains("run bench-all-6 is committed already: nothing to do");
    assertThat(folder.resolve("archive/_staging")).isEmptyDirectory();
  }

  @Test
  void aBudgetThatCannotBeMetIsARowWithItsReason() throws Exception {
    // 3.5 bits are enough for the larger network, not for the names and norms of the smaller one.
    BenchReport report = bench(Progress.SILENT, List.of(3.5, 0.1), List.of());
    for (BenchReport.Row row : report.rows()) {
      boolean met = row.model().equals("glyph-resnet-a") && row.budgetBits() == 3.5;
      assertThat(row.status()).as(row.toString()).isEqualTo(met ? "ok" : "unreachable");
      if (!met) {
        assertThat(row.reason()).startsWith("Cannot meet target.bits=");
        assertThat(row.storedBytes()).isZero();
      }
    }
    assertThat(report.rows()).hasSize(12);
    assertThat(report.comparisons())
        .containsExactly(new BenchReport.Comparison("glyph-resnet-a", 1, 1, List.of()));
    assertThat(folder.resolve("archive/_staging")).isEmptyDirectory();
    assertThat(text(Files.readString(folder.resolve("report/bench.svg"))))
        .contains("glyph-resnet-a")
        .doesNotContain("glyph-separable", "agreement on");
  }

  private static String text(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    return document.getDocumentElement().getTextContent();
  }
}
