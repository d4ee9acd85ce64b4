package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.config.Keys;
import org.zoopress.error.BadModelException;
import org.zoopress.job.BenchRequest;
import org.zoopress.job.CompressReport;
import org.zoopress.job.CompressRequest;
import org.zoopress.job.EvaluateRequest;
import org.zoopress.job.GcRequest;
import org.zoopress.job.QueryRequest;
import org.zoopress.job.RestoreRequest;
import org.zoopress.job.VerifyReport;
import org.zoopress.method.MethodId;

class ZoopressCliTest {
  private final FakeZoopress zoopress = new FakeZoopress();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scan --zoo z | models failed skipped tensors weights bytes files",
        "compress --zoo z --archive a | run_id status models_ok models_failed tensors_solved"
            + " tensors_reused original_bytes stored_bytes compression_ratio bits_per_weight seconds",
        "restore --archive a --model b --to t | run_id model format files tensors bytes",
        "verify --archive a | tensors_checked tensors_failed failures",
        "evaluate --archive a --zoo z --data d.yaml | run_id evaluations skipped",
        "query --archive a SELECT | columns rows truncated",
        "inspect a | title sections",
        "bench --zoo z --archive a | rows comparisons files seconds",
        "gc --archive a | dry_run freed_bytes lines",
        "settings | settings fingerprint",
      })
  void jsonIsOneObjectAloneWithTheDocumentedFields(String command, String fields) throws Exception {
    assertThat(zoopress.run((command + " --json").split(" "))).isZero();
    assertThat(zoopress.out().lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(zoopress.lastLine());
    assertThat(json.fieldNames()).toIterable().containsExactly(fields.split(" "));
  }

  @Test
  void gcTellsWhatGoesAndWhy() throws Exception {
    assertThat(zoopress.run("gc", "--archive", "/tmp/x", "--keep-runs", "3", "--dry-run")).isZero();
    assertThat(zoopress.request)
        .isEqualTo(new GcRequest("/tmp/x", OptionalInt.of(3), OptionalInt.empty(), true));
    assertThat(zoopress.out())
        .contains("run     r1           1,200  delete  no run needs it")
        .contains("shared  codebooks/x    900  keep    run r2 refers to it")
        .endsWith("would free 1,200 bytes\n");
    FakeZoopress other = new FakeZoopress();
    assertThat(other.run("gc", "--archive", "/tmp/x", "--older-than", "30", "--json")).isZero();
    assertThat(other.lastLine())
        .startsWith(
            "{\"dry_run\":true,\"freed_bytes\":1200,\"lines\":[{\"kind\":\"run\",\"name\":\"r1\"");
  }

  @Test
  void jsonOfAnEvaluationHasTheDocumentedFields() throws Exception {
    zoopress.run("evaluate", "--archive", "a", "--zoo", "z", "--data", "d.yaml", "--json");
    JsonNode evaluation = new ObjectMapper().readTree(zoopress.lastLine()).at("/evaluations/0");
    assertThat(evaluation.fieldNames())
        .toIterable()
        .containsExactly(
            "model",
            "dataset",
            "samples",
            "correct_before",
            "correct_after",
            "top1_before",
            "top1_after",
            "agreement",
            "kl");
    assertThat(evaluation.get("correct_after").asLong()).isEqualTo(945);
  }

  @Test
  void numbersThatJsonHasNoWordForAreNull() throws Exception {
    zoopress.run("query", "--archive", "a", "SELECT", "--json");
    JsonNode rows = new ObjectMapper().readTree(zoopress.lastLine()).get("rows");
    assertThat(rows.toString()).isEqualTo("[[\"a,\\\"b\\\"\",10,2.5,true],[null,7,null,false]]");
  }

  @Test
  void compressShowsATableAndTheTotals() {
    assertThat(zoopress.run("compress", "--zoo", "z", "--archive", "a")).isZero();
    assertThat(zoopress.out())
        .isEqualTo(
            """
            model  status  tensors     size    stored  ratio  rel. error  reason
            -----  ------  -------  -------  --------  -----  ----------  ------
            cnn/a  ok           20  977 KiB   122 KiB  8.00x      0.0231
            b      ok           22  195 KiB  24.4 KiB  8.00x     1.2e-05

            Run r1: committed. 2 models, 0 failed; 40 tensors solved, 2 reused; 13 s.
            1.14 MiB in all models, 146 KiB added to the archive; ratio 8.00x, 4.000 bits per weight.
            """);
    assertThat(zoopress.err()).contains("solving tensors: done in ");
  }

  @Test
  void optionsBecomeSettings() {
    zoopress.environment.put("ZOOPRESS_SEED", "1");
    zoopress.sparkConf.put("spark.zoopress.evaluate.batch", "64");
    int code =
        zoopress.run(
            "compress",
            "--zoo=z",
            "--archive=a",
            "--run-id=r7",
            "--profile=max-compression",
            "--set=scalar.bits=3,5",
            "--set",
            "methods=lossless",
            "--methods=scalar,dictionary-pair",
            "--target-ratio=12");
    assertThat(code).isZero();
    CompressRequest request = (CompressRequest) zoopress.request;
    assertThat(request.runId()).contains("r7");
    assertThat(request.settings().get(Keys.METHODS))
        .containsExactly(MethodId.SCALAR, MethodId.DICTIONARY_PAIR);
    assertThat(request.settings().get(Keys.SCALAR_BITS)).containsExactly(3.0, 5.0);
    assertThat(request.settings().get(Keys.TARGET_RATIO)).contains(12.0);
    assertThat(request.settings().get(Keys.TARGET_BITS)).isEmpty();
    assertThat(request.settings().get(Keys.SEED)).isEqualTo(1);
    assertThat(request.settings().get(Keys.EVALUATE_BATCH)).isEqualTo(64);
    assertThat(request.settings().origin(Keys.TARGET_RATIO)).isEqualTo("--target-ratio");
  }

  @Test
  void profilesAreReadFromFiles(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("my own.yaml"), "scalar: {bits: 6}\n");
    for (String name : List.of(file.toString(), "file://" + file)) {
      assertThat(zoopress.run("compress", "--zoo=z", "--archive=a", "--profile", name)).isZero();
      assertThat(((CompressRequest) zoopress.request).settings().get(Keys.SCALAR_BITS))
          .containsExactly(6.0);
    }
    assertThat(zoopress.run("compress", "--zoo=z", "--archive=a", "--profile", folder + "/no.yaml"))
        .isEqualTo(2);
    assertThat(zoopress.err())
        .contains("zoopress: Cannot read profile " + folder + "/no.yaml: ")
        .contains("Name a YAML file that exists");
  }

  @Test
  void otherRequestsCarryTheirOptions() {
    zoopress.run("restore", "--archive=a", "--model=b", "--to=t", "--format=onnx");
    assertThat(((RestoreRequest) zoopress.request).format()).contains("onnx");
    zoopress.run("evaluate", "--archive=a", "--zoo=z", "--data=d.yaml", "--limit=9");
    assertThat(((EvaluateRequest) zoopress.request).limit()).contains(9L);
    zoopress.run("query", "--archive=a", "SELECT 1");
    assertThat(zoopress.request).isEqualTo(new QueryRequest("a", "SELECT 1", 1000));
  }

  @Test
  void queryFormats() {
    zoopress.run("query", "--archive=a", "SELECT 1", "--format=csv");
    assertThat(zoopress.out())
        .isEqualTo(
            """
            model,bytes,ratio,ok
            "a,""b""\",10,2.5,true
            ,7,NaN,false
            """);
    FakeZoopress json = new FakeZoopress();
    json.run("query", "--archive=a", "SELECT 1", "--format=json");
    assertThat(json.out())
        .isEqualTo(
            """
            [
            {"model":"a,\\"b\\"","bytes":10,"ratio":2.5,"ok":true},
            {"model":null,"bytes":7,"ratio":null,"ok":false}
            ]
            """);
    FakeZoopress table = new FakeZoopress();
    table.run("query", "--archive=a", "SELECT 1");
    assertThat(table.out())
        .isEqualTo(
            """
            model  bytes  ratio  ok
            -----  -----  -----  -----
            a,"b"     10  2.5    true
                       7  NaN    false
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | Cannot run zoopress: Missing required subcommand. See 'submit/zoopress --help'.",
        "compres --zoo z | Cannot run zoopress: Unmatched arguments from index 0: 'compres', '--zoo',"
            + " 'z'; did you mean compress",
        "scan | Cannot run zoopress scan: Missing required option: '--zoo=DIR'. See 'submit/zoopress"
            + " scan --help'.",
        "scan --zoo z --jsn | did you mean --json",
        "compress --zoo z --archive a --target-ratio 8 --target-bits 3 | mutually exclusive",
        "compress --zoo z --archive a --target-ratio fast | Cannot use setting target.ratio=fast from"
            + " --target-ratio: 'fast' is not a number. It must be a number above 1 and at most 10000",
        "compress --zoo z --archive a --methods scaler | did you mean 'scalar'",
        "compress --zoo z --archive a --profile nigthly | did you mean 'nightly'",
        "restore --archive a --model b --to t --format gguf | expected one of [safetensors, onnx]",
        "evaluate --archive a --zoo z --data d --limit 0 | Cannot use --limit 0: it must be at least"
            + " 1.",
        "query --archive a x --limit 0 | Cannot use --limit 0: it must be from 1 to 1000000.",
        "demo | Cannot run the demo: it does not know where the repository is.",
      })
  void wrongUsageIsOneMessageAndExitCode2(String command, String message) {
    String[] args = command.isEmpty() ? new String[0] : command.split(" ");
    assertThat(zoopress.run(args)).isEqualTo(2);
    assertThat(zoopress.err()).startsWith("zoopress: Cannot ").contains(message);
    assertThat(zoopress.err().lines()).hasSize(1);
    assertThat(zoopress.out()).isEmpty();
    assertThat(zoopress.request).isNull();
  }

  @Test
  void aUserErrorBehindSparksExceptionsIsOneMessage() {
    zoopress.failure =
        new IllegalStateException(
            "Job aborted due to stage failure",
            new RuntimeException(new BadModelException("z/a.onnx", "it is empty", "Remove it")));
    assertThat(zoopress.run("scan", "--zoo", "z", "--json")).isEqualTo(2);
    assertThat(zoopress.err())
        .isEqualTo("zoopress: Cannot read z/a.onnx: it is empty. Remove it.\n");
    assertThat(zoopress.lastLine())
        .isEqualTo("{\"error\":\"Cannot read z/a.onnx: it is empty. Remove it.\",\"exit_code\":2}");
  }

  @Test
  void aBugShowsItsTraceAndAsksForAReport() {
    zoopress.failure = new IllegalStateException("index 3");
    assertThat(zoopress.run("scan", "--zoo", "z")).isEqualTo(1);
    assertThat(zoopress.err())
        .contains("\tat org.zoopress.cli.")
        .endsWith(
            "zoopress: This is a bug in Zoopress: java.lang.IllegalStateException: index 3. Please"
                + " report it with the lines above.\n");
  }

  @Test
  void causesThatGoInCirclesEnd() {
    Exception inner = new IllegalStateException("inner");
    zoopress.failure = new IllegalStateException("outer", inner);
    inner.initCause(zoopress.failure);
    assertThat(zoopress.run("scan", "--zoo", "z")).isEqualTo(1);
  }

  @Test
  void aSafeStopIsExitCode75() {
    zoopress.failure = new StoppedException(new InterruptedException());
    assertThat(zoopress.run("compress", "--zoo", "z", "--archive", "a")).isEqualTo(75);
    assertThat(zoopress.err())
        .isEqualTo(
            "zoopress: Stopped safely: nothing half-written is visible. Run the same command again"
                + " to go on.\n");
  }

  @Test
  void failedModelsAndTensorsAreExitCode3() {
    zoopress.compressReport =
        new CompressReport(
            "r1",
            "committed",
            0,
            1,
            0,
            0,
            0,
            0,
            Double.NaN,
            Double.NaN,
            1,
            List.of(
                new CompressReport.ModelLine(
                    "evil\u001b[2J\nname", "", "failed", 0, 0, 0, Double.NaN, 0, "it is broken")));
    assertThat(zoopress.run("compress", "--zoo", "z", "--archive", "a")).isEqualTo(3);
    assertThat(zoopress.out()).contains("evil?[2J?name  failed").contains("it is broken");
    zoopress.verifyReport =
        new VerifyReport(2, 1, List.of(new VerifyReport.Failure("r1", "b", "w", "CRC differs")));
    assertThat(zoopress.run("verify", "--archive", "a")).isEqualTo(3);
    assertThat(zoopress.out())
        .endsWith(
            """
            run  model  tensor  reason
            ---  -----  ------  -----------
            r1   b      w       CRC differs

            2 tensors checked, 1 failed
            """);
  }

  @Test
  void demoJoinsBothReports(@TempDir Path home) throws Exception {
    zoopress.environment.put("ZOOPRESS_HOME", home.toString());
    assertThat(zoopress.run("demo")).isEqualTo(2);
    assertThat(zoopress.err()).contains("datasets/zoo is missing.");

    Files.createDirectories(home.resolve("datasets/zoo"));
    Files.createFile(home.resolve("datasets/glyphs.yaml"));
    assertThat(zoopress.run("demo", "--keep", home.resolve("kept").toString())).isZero();
    assertThat(zoopress.out())
        .startsWith(
            """
            model     size    stored  ratio  rel. error  top-1 before    after  agreement
            -----  -------  --------  -----  ----------  ------------  -------  ---------
            cnn/a  977 KiB   122 KiB  8.00x      0.0231       95.00 %  94.50 %    99.00 %
            b      195 KiB  24.4 KiB  8.00x     1.2e-05             -        -          -
            """)
        .contains("Next, try:\n  submit/zoopress inspect " + home.resolve("kept"));
    assertThat(((EvaluateRequest) zoopress.request).runId()).contains("r1");

    assertThat(zoopress.run("demo", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(zoopress.lastLine());
    assertThat(json.at("/compress/run_id").asText()).isEqualTo("r1");
    assertThat(json.get("archive").isNull()).isTrue();
    assertThat(Path.of(((EvaluateRequest) zoopress.request).archive())).doesNotExist();
  }

  @Test
  void settingsShowWhereAValueComesFrom() {
    zoopress.run("settings", "--profile", "nightly", "--set", "seed=7");
    assertThat(zoopress.out())
        .contains("seed = 7   (--set)\n")
        .contains("run.max-failed-models = 0.05   (profile nightly)\n")
        .contains("evaluate.batch = 128   (default)\n");
  }

  @Test
  void versionNamesTheBuild() {
    assertThat(zoopress.run("--version")).isZero();
    assertThat(zoopress.out())
        .matches("zoopress \\d+\\.\\d+\\.\\d+.* \\(built for Spark \\d.*, Scala 2.*\\)\n");
  }

  @Test
  void benchAsksForMethodsAndBudgetsAndShowsRowsAndReasons() throws Exception {
    int code =
        zoopress.run(
            "bench",
            "--zoo=z",
            "--archive=a",
            "--methods=tucker,scalar",
            "--bits=4,0.5",
            "--data=d.yaml",
            "--data=e.yaml",
            "--to=t",
            "--set=seed=3");
    assertThat(code).isZero();
    BenchRequest request = (BenchRequest) zoopress.request;
    assertThat(request.methods()).containsExactly(MethodId.TUCKER, MethodId.SCALAR);
    assertThat(request.bits()).containsExactly(4.0, 0.5);
    assertThat(request.data()).containsExactly("d.yaml", "e.yaml");
    assertThat(request.to()).contains("t");
    assertThat(request.settings().get(Keys.SEED)).isEqualTo(3);
    assertThat(zoopress.out())
        .isEqualTo(
            """
            model  method       budget  stored bytes   bits   under  ratio  rel. error  right  samples  agreement  KL (nats)
            -----  -----------  ------  ------------  -----  ------  -----  ----------  -----  -------  ---------  ---------
            cnn/a  all methods       4       124,000  3.970  0.75 %  8.06x      0.0023    945    1,000    99.00 %     0.0123
            cnn/a  tucker          0.5   unreachable      -       -      -           -      -        -          -          -

            cnn/a, tucker at 0.5: Cannot meet it.
            cnn/a: all methods together have the least error in 1 of 1 budgets
            Written: /tmp/b/bench.csv
            2 lines in 3.0 s.
            """);
    assertThat(zoopress.run("bench", "--zoo=z", "--archive=a", "--bits=4,x")).isEqualTo(2);
    assertThat(zoopress.err())
        .contains("Cannot use --bits 4,x: 'x' is no number. Write for instance --bits 8,4,2.5.");
    assertThat(zoopress.run("bench", "--zoo=z", "--archive=a", "--bits=0")).isEqualTo(2);
    assertThat(zoopress.err()).contains("Cannot use --bits 0: 0 must be above 0 and at most 64.");
  }

  @Test
  void jsonOfABenchHasTheDocumentedFieldsInEachRow() throws Exception {
    zoopress.run("bench", "--zoo=z", "--archive=a", "--json");
    assertThat(((BenchRequest) zoopress.request).bits()).containsExactly(8.0, 6.0, 4.0, 3.0, 2.0);
    assertThat(((BenchRequest) zoopress.request).methods()).hasSize(7);
    JsonNode rows = new ObjectMapper().readTree(zoopress.lastLine()).get("rows");
    assertThat(rows.get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "model",
            "method",
            "budget_bits",
            "status",
            "stored_bytes",
            "bits_per_weight",
            "compression_ratio",
            "relative_error",
            "under_budget",
            "evaluation",
            "reason");
    assertThat(rows.at("/0/evaluation/correct_after").asLong()).isEqualTo(945);
    assertThat(rows.at("/1/stored_bytes").isNull()).isTrue();
    assertThat(rows.at("/1/evaluation").isNull()).isTrue();
  }
}
