package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.UserInputException;

/** Layer inputs from sample data, from the descriptor to what is stored. */
class InputStageTest {
  private static final String[] SETTINGS = {
    "methods",
    "low-rank-sparse",
    "low-rank-sparse.ratios",
    "4",
    "low-rank-sparse.errors",
    "",
    "inputs.samples",
    "40"
  };

  @TempDir Path folder;
  private Path zoo;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void makeZoo() throws Exception {
    zoo = folder.resolve("zoo");
    Path shipped = Runs.datasets().resolve("zoo");
    for (String file : List.of("glyph-separable.onnx", "glyph-resnet-a.onnx")) {
      Files.createDirectories(zoo.resolve(file).getParent());
      Files.copy(shipped.resolve(file), zoo.resolve(file));
    }
    TestZoo.safetensors(zoo.resolve("glyph-lonely.safetensors"), TestZoo.network(1));
  }

  private CompressReport compress(String archive, String... more) throws Exception {
    String[] settings = Arrays.copyOf(SETTINGS, SETTINGS.length + more.length);
    System.arraycopy(more, 0, settings, SETTINGS.length, more.length);
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
                folder.resolve(archive).toString(),
                Optional.of("night"),
                TestZoo.settings(settings)),
            progress);
  }

  private static String glyphs() {
    return Runs.datasets().resolve("glyphs.yaml").toString();
  }

  @Test
  void weightsWithInputsAreSolvedForTheirOutputs() throws Exception {
    compress("alone");
    assertThat(messages).isEmpty();
    CompressReport report = compress("with", "inputs.data", glyphs(), "partition.count", "1");
    assertThat(report.modelsFailed()).isZero();
    assertThat(messages)
        .contains("no layer inputs of glyph-lonely: it has no graph to run")
        .anyMatch(
            text ->
                text.startsWith("no layer inputs of glyph-separable ")
                    && text.contains("it is a grouped convolution"));

    List<List<Object>> points =
        Runs.query(
            folder.resolve("with"),
            "SELECT model, MIN(operating_point), MAX(operating_point) FROM candidates"
                + " WHERE method = 'low-rank-sparse' AND status = 'ok' AND tensor LIKE '%onv%'"
                + " GROUP BY model ORDER BY model");
    assertThat(points.toString())
        .contains("glyph-lonely, ratio=4.0 factors=integer, ratio=4.0 factors=integer]")
        .contains(
            "glyph-resnet-a, ratio=4.0 factors=integer inputs, ratio=4.0 factors=integer inputs]");
    assertThat(Runs.verify(folder.resolve("with")).tensorsFailed()).isZero();

    // The same bytes for any cut of the work, and others than without inputs.
    compress("again", "inputs.data", glyphs(), "partition.count", "3");
    assertThat(Runs.packs(folder.resolve("again")))
        .containsExactlyInAnyOrderEntriesOf(Runs.packs(folder.resolve("with")));
    assertThat(Runs.packs(folder.resolve("alone")))
        .isNotEqualTo(Runs.packs(folder.resolve("with")));

    // Other samples are another request: what they change is solved again, the rest is taken over.
    CompressReport other =
        new CompressJob()
            .run(
                TestSpark.local(),
                new CompressRequest(
                    zoo.toString(),
                    folder.resolve("with").toString(),
                    Optional.of("next"),
                    TestZoo.settings(
                        with(SETTINGS, "inputs.data", glyphs(), "inputs.samples", "39"))),
                Progress.SILENT);
    assertThat(other.tensorsSolved()).isPositive();
    assertThat(other.tensorsReused()).isPositive();
  }

  private static String[] with(String[] settings, String... more) {
    String[] all = Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    return all;
  }

  @Test
  void methodsWithoutUseForInputsLeaveTheDataAlone() throws Exception {
    compress("scalar", "methods", "scalar", "inputs.data", folder.resolve("none.yaml").toString());
    assertThat(messages)
        .containsExactly("inputs.data has no effect: no enabled method makes use of inputs");
  }

  @Test
  void aDescriptorThatIsNoneEndsTheRunBeforeItBegins() throws Exception {
    Path broken = folder.resolve("broken.yaml");
    Files.writeString(broken, "name: x\nformat: idx\nimages: none.gz\n");
    assertThatThrownBy(() -> compress("broken", "inputs.data", broken.toString()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("broken.yaml");
    assertThatThrownBy(
            () -> compress("absent", "inputs.data", folder.resolve("none.yaml").toString()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("none.yaml");
    assertThat(Files.exists(folder.resolve("absent"))).isFalse();
  }
}
