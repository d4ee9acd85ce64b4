package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.job.Progress;
import org.zoopress.job.Runs;
import org.zoopress.job.TestSpark;
import org.zoopress.job.TestZoo;
import org.zoopress.job.ZooJob;

/** The verbs over the real jobs: exit codes, and the last line of standard output. */
class EndToEndTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String zoo;
  private String archive;

  @BeforeEach
  void makeZoo() throws Exception {
    zoo = folder.resolve("zoo").toString();
    archive = folder.resolve("archive").toString();
    TestZoo.safetensors(Path.of(zoo, "a.safetensors"), TestZoo.network(1));
    TestZoo.safetensors(Path.of(zoo, "sub/b.safetensors"), TestZoo.network(2));
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    JobRunner runner =
        new JobRunner() {
          @Override
          public <Q, R> R run(String verb, ZooJob<Q, R> job, Q request, Progress progress)
              throws Exception {
            return job.run(TestSpark.local(), request, progress);
          }
        };
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    return ZoopressCli.run(
        new CliContext(Jobs::standard, runner, console, Map.of(), Map.of()), args);
  }

  private JsonNode json() throws Exception {
    String text = out.toString(StandardCharsets.UTF_8);
    String last = text.lines().reduce((first, second) -> second).orElseThrow();
    return new ObjectMapper().readTree(last);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aGoodRunAndWhatFollowsItEndWithZero() throws Exception {
    assertThat(run("compress", "--zoo", zoo, "--archive", archive, "--run-id", "n", "--json"))
        .as(err())
        .isZero();
    assertThat(json().fieldNames())
        .toIterable()
        .containsExactly(
            "run_id",
            "status",
            "models_ok",
            "models_failed",
            "tensors_solved",
            "tensors_reused",
            "original_bytes",
            "stored_bytes",
            "compression_ratio",
            "bits_per_weight",
            "seconds");
    assertThat(json().get("run_id").asText()).isEqualTo("n");
    assertThat(json().get("status").asText()).isEqualTo("committed");
    assertThat(json().get("models_ok").asInt()).isEqualTo(2);
    assertThat(json().get("tensors_solved").asInt()).isEqualTo(12);
    long onDisk = 0;
    for (Path file : Runs.files(Path.of(archive, "payloads"))) {
      onDisk += Files.size(file);
    }
    long original = 0;
    for (Path file : Runs.files(Path.of(zoo))) {
      original += Files.size(file);
    }
    assertThat(json().get("stored_bytes").asLong()).isEqualTo(onDisk);
    assertThat(json().get("original_bytes").asLong()).isEqualTo(original);
    assertThat(json().get("compression_ratio").asDouble()).isEqualTo((double) original / onDisk);

    assertThat(run("verify", "--archive", archive, "--json")).as(err()).isZero();
    assertThat(json().get("tensors_checked").asInt()).isEqualTo(12);
    assertThat(json().get("tensors_failed").asInt()).isZero();

    String to = folder.resolve("b.safetensors").toString();
    assertThat(run("restore", "--archive", archive, "--model", "sub/b", "--to", to, "--json"))
        .as(err())
        .isZero();
    assertThat(json().get("bytes").asLong()).isEqualTo(Files.size(Path.of(to)));

    assertThat(run("query", "--archive", archive, "SELECT COUNT(*) AS n FROM tensors", "--json"))
        .as(err())
        .isZero();
    assertThat(json().at("/rows/0/0").asInt()).isEqualTo(12);
    assertThat(run("scan", "--zoo", zoo, "--json")).as(err()).isZero();
    assertThat(json().get("models").asInt()).isEqualTo(2);
    assertThat(run("inspect", archive, "--model", "a", "--json")).as(err()).isZero();
    assertThat(json().at("/sections/0/rows").size()).isEqualTo(6);
  }

  @Test
  void theTextFormSaysTheSame() {
    assertThat(run("compress", "--zoo", zoo, "--archive", archive, "--run-id", "n")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("sub/b", "Run n: committed. 2 models, 0 failed; 12 tensors solved, 0 reused");
  }

  @Test
  void whatTheUserGotWrongEndsWithTwoAndOneMessage() throws Exception {
    String[][] wrong = {
      {"compress", "--zoo", zoo, "--json"},
      {"compress", "--zoo", zoo, "--archive", archive, "--set", "scalar.bit=4", "--json"},
      {"compress", "--zoo", zoo, "--archive", archive, "--methods", "scalr", "--json"},
      {"compress", "--zoo", zoo + "-not", "--archive", archive, "--json"},
      {"compress", "--zoo", zoo, "--archive", archive, "--run-id", "../x", "--json"},
      {"compress", "--zoo", zoo, "--archive", archive, "--target-ratio", "5000", "--json"},
      {"verify", "--archive", archive + "-not", "--json"},
      {"restore", "--archive", archive + "-not", "--model", "a", "--to", "x", "--json"},
      {"query", "--archive", archive + "-not", "SELECT 1", "--json"},
    };
    for (String[] args : wrong) {
      assertThat(run(args)).as(String.join(" ", args)).isEqualTo(ExitCode.USER_ERROR);
      assertThat(json().get("exit_code").asInt()).isEqualTo(2);
      assertThat(json().get("error").asText()).startsWith("Cannot ");
      assertThat(err()).as("no stack trace").doesNotContain("\tat ");
    }
    assertThat(Runs.files(Path.of(archive, "_commits"))).isEmpty();
  }

  @Test
  void aBrokenModelEndsWithThreeAndTheOthersAreThere() throws Exception {
    Files.writeString(Path.of(zoo, "broken.onnx"), "<!DOCTYPE html>");
    Files.writeString(Path.of(zoo, "cut.safetensors"), "x");
    assertThat(run("compress", "--zoo", zoo, "--archive", archive, "--json"))
        .as(err())
        .isEqualTo(ExitCode.SOME_MODELS_FAILED);
    assertThat(json().get("status").asText()).isEqualTo("committed");
    assertThat(json().get("models_ok").asInt()).isEqualTo(2);
    assertThat(json().get("models_failed").asInt()).isEqualTo(2);
    assertThat(err()).contains("broken.onnx").contains("cut.safetensors");
    assertThat(run("scan", "--zoo", zoo, "--json")).isEqualTo(ExitCode.SOME_MODELS_FAILED);
    assertThat(run("restore", "--archive", archive, "--model", "broken", "--to", "x", "--json"))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(json().get("error").asText())
        .startsWith("Cannot restore model 'broken': it failed in run ");
  }

  @Test
  void damageEndsVerifyWithThree() throws Exception {
    assertThat(run("compress", "--zoo", zoo, "--archive", archive)).isZero();
    Path pack = Runs.files(Path.of(archive, "payloads")).get(0);
    byte[] bytes = Files.readAllBytes(pack);
    bytes[bytes.length / 2] ^= 1;
    Files.write(pack, bytes);
    assertThat(run("verify", "--archive", archive, "--json"))
        .isEqualTo(ExitCode.SOME_MODELS_FAILED);
    assertThat(json().get("tensors_failed").asInt()).isPositive();
    assertThat(run("restore", "--archive", archive, "--model", "a", "--to", "x", "--json"))
        .isEqualTo(ExitCode.USER_ERROR);
    assertThat(json().get("error").asText()).startsWith("Cannot read ").contains("damaged");
    Path table = Runs.files(Path.of(archive, "tensors")).get(0);
    Files.write(table, new byte[] {1, 2, 3});
    assertThat(run("verify", "--archive", archive, "--json")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(json().get("error").asText()).contains("restore this file from a backup");
  }
}
