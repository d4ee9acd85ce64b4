package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.error.UserInputException;
import org.zoopress.job.CompressReport;
import org.zoopress.job.Runs;
import org.zoopress.job.TestZoo;

/** A driver dies at a step that the test chooses; the same command then ends the run. */
class DriverKillTest {
  private static final String[] SETTINGS = {
    "scalar.bits", "5,3", "partition.count", "4", "payload.pack-bytes", "64k"
  };
  private static final List<String> MODELS = List.of("a", "sub/b");

  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path zoo;
  private static Path undisturbed;

  @BeforeAll
  static void undisturbedRun() throws Exception {
    zoo = shared.resolve("zoo");
    undisturbed = shared.resolve("archive");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    TestZoo.safetensors(zoo.resolve("sub/b.safetensors"), TestZoo.network(2));
    Runs.compress(zoo, undisturbed, "night", SETTINGS);
    assertThat(Runs.packs(undisturbed)).hasSizeGreaterThanOrEqualTo(1);
  }

  private String[] command(Path archive) {
    return new String[] {
      "compress",
      "--zoo",
      zoo.toString(),
      "--archive",
      archive.toString(),
      "--run-id",
      "night",
      "--set",
      "methods=scalar",
      "--set",
      "scalar.bits=5,3",
      "--set",
      "partition.count=4",
      "--set",
      "payload.pack-bytes=64k",
      "--json"
    };
  }

  private static ArchiveReader reader(Path archive) throws Exception {
    return ArchiveReader.openOrEmpty(
        new Configuration(), new org.apache.hadoop.fs.Path(archive.toString()));
  }

  private static void assertAsUndisturbed(Path archive) throws Exception {
    Map<String, byte[]> packs = Runs.packs(archive);
    Map<String, byte[]> expected = Runs.packs(undisturbed);
    assertThat(packs.keySet()).isEqualTo(expected.keySet());
    packs.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    for (String model : MODELS) {
      Map<String, byte[]> tensors = Runs.tensors(archive, model);
      Map<String, byte[]> wanted = Runs.tensors(undisturbed, model);
      assertThat(tensors.keySet()).isEqualTo(wanted.keySet());
      tensors.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(wanted.get(name)));
    }
    assertThat(Runs.verify(archive).failures()).isEmpty();
    assertThat(reader(archive).runs()).hasSize(1);
    assertThat(archive.resolve("_staging")).isEmptyDirectory();
    assertThat(archive.resolve("_commits")).isDirectoryNotContaining("glob:**.partial");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "while it solves             | rename .*/solved/.*\\.solved$    | false",
        "while it writes packs       | rename .*/final/payloads/.*      | false",
        "while it writes tables      | create .*/final/tensors/.*       | false",
        "after the intent            | rename .*/archive/payloads/.*    | true",
        "before the run is visible   | rename .*/_commits/night.json$   | true"
      })
  void theSameCommandEndsTheRun(String when, String at, boolean begun) throws Exception {
    Path archive = folder.resolve("archive");
    var builder = new ZoopressProcess.Builder(folder).stallingAt(at);
    try (ZoopressProcess driver = builder.start(command(archive))) {
      driver.awaitStall(builder);
      if (!begun) {
        assertThatThrownBy(() -> Runs.compress(zoo, archive, "night", SETTINGS))
            .as("a second driver while the first lives")
            .isInstanceOf(UserInputException.class)
            .hasMessageContaining("Cannot start the run: driver %d on ".formatted(driver.pid()));
      }
      driver.kill();
    }
    assertThat(reader(archive).manifests()).as("nothing is visible %s", when).isEmpty();
    assertThat(Files.exists(archive.resolve("_staging/night/commit.json"))).isEqualTo(begun);

    CompressReport report = Runs.compress(zoo, archive, "night", SETTINGS);
    assertThat(report.status()).isEqualTo(begun ? "already-committed" : "committed");
    assertThat(report.tensorsSolved()).isEqualTo(12);
    assertThat(report.modelsOk()).isEqualTo(2);
    assertAsUndisturbed(archive);
  }

  @Test
  void aSignalEndsItWithTheCodeForRunAgainAndTheSameCommandGoesOn() throws Exception {
    Path archive = folder.resolve("archive");
    var builder = new ZoopressProcess.Builder(folder).stallingAt("rename .*/solved/.*\\.solved$");
    try (ZoopressProcess driver = builder.start(command(archive))) {
      driver.awaitStall(builder);
      driver.terminate();
      assertThat(driver.exitCode()).as(driver.err()).isEqualTo(ExitCode.STOPPED);
      assertThat(driver.json().get("exit_code").asInt()).isEqualTo(ExitCode.STOPPED);
    }
    assertThat(reader(archive).manifests()).isEmpty();
    try (ZoopressProcess again = new ZoopressProcess.Builder(folder).start(command(archive))) {
      assertThat(again.exitCode()).as(again.err()).isZero();
      assertThat(again.json().get("status").asText()).isEqualTo("committed");
      assertThat(again.json().get("tensors_solved").asInt()).isEqualTo(12);
    }
    assertAsUndisturbed(archive);
  }
}
