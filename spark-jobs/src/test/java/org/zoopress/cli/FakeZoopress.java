package org.zoopress.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.zoopress.job.BenchReport;
import org.zoopress.job.CompressReport;
import org.zoopress.job.EvaluateReport;
import org.zoopress.job.GcReport;
import org.zoopress.job.InspectReport;
import org.zoopress.job.PlanReport;
import org.zoopress.job.Progress;
import org.zoopress.job.QueryReport;
import org.zoopress.job.RestoreReport;
import org.zoopress.job.ScanReport;
import org.zoopress.job.VerifyReport;
import org.zoopress.job.ZooJob;

/** The command line over jobs that answer with fixed reports, without Spark. */
final class FakeZoopress {
  static final CompressReport COMPRESSED =
      new CompressReport(
          "r1",
          "committed",
          2,
          0,
          40,
          2,
          1_200_000,
          150_000,
          8.0,
          4.0,
          12.5,
          List.of(
              new CompressReport.ModelLine(
                  "cnn/a", "onnx", "ok", 20, 1_000_000, 125_000, 8.0, 0.0231, ""),
              new CompressReport.ModelLine(
                  "b", "safetensors", "ok", 22, 200_000, 25_000, 8.0, 1.2e-5, "")));

  static final EvaluateReport EVALUATED =
      new EvaluateReport(
          "r1",
          List.of(
              new EvaluateReport.Evaluation(
                  "cnn/a", "glyphs", 1000, 950, 945, 0.95, 0.945, 0.99, 0.0123)),
          List.of(new EvaluateReport.Skipped("b", "no graph in a safetensors file")));

  static final BenchReport BENCHED =
      new BenchReport(
          List.of(
              new BenchReport.Row(
                  "cnn/a",
                  "all methods",
                  4,
                  "ok",
                  124_000,
                  3.97,
                  8.06,
                  0.0023,
                  0.0075,
                  Optional.of(EVALUATED.evaluations().get(0)),
                  ""),
              new BenchReport.Row(
                  "cnn/a",
                  "tucker",
                  0.5,
                  "unreachable",
                  0,
                  Double.NaN,
                  Double.NaN,
                  Double.NaN,
                  Double.NaN,
                  Optional.empty(),
                  "Cannot meet it.")),
          List.of(new BenchReport.Comparison("cnn/a", 1, 1, List.of())),
          List.of("/tmp/b/bench.csv"),
          3);

  static final ScanReport SCANNED =
      new ScanReport(
          1,
          0,
          1,
          20,
          250_000,
          1_000_000,
          List.of(
              new ScanReport.Line("cnn/a", "onnx", "ok", 20, 250_000, 1_000_000, "F32", ""),
              new ScanReport.Line("README.md", "", "skipped", 0, 0, 12, "", "not a model")));

  final Map<String, String> environment = new HashMap<>();
  final Map<String, String> sparkConf = new HashMap<>();

  /** What the job was asked, if it was. */
  Object request;

  /** What the next job does instead of answering; null: it answers. */
  Exception failure;

  CompressReport compressReport = COMPRESSED;
  ScanReport scanReport = SCANNED;
  VerifyReport verifyReport = new VerifyReport(42, 0, List.of());
  QueryReport queryReport =
      new QueryReport(
          List.of("model", "bytes", "ratio", "ok"),
          List.of(List.of("a,\"b\"", 10L, 2.5, true), Arrays.asList(null, 7L, Double.NaN, false)),
          false);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  CliContext context() {
    Jobs jobs =
        new Jobs(
            conf -> {},
            answer(() -> scanReport),
            answer(() -> compressReport),
            answer(
                () ->
                    new RestoreReport(
                        "r1", "b", "safetensors", List.of("/tmp/b.safetensors"), 22, 200_000)),
            answer(() -> verifyReport),
            answer(() -> EVALUATED),
            answer(() -> queryReport),
            answer(
                () ->
                    new InspectReport(
                        "Archive /tmp/x",
                        List.of(
                            new InspectReport.Section(
                                "Runs", List.of("run", "bytes"), List.of(List.of("r1", "10")))))),
            answer(
                () ->
                    new PlanReport(
                        "r1",
                        2,
                        0,
                        1000,
                        100,
                        10,
                        3.2,
                        0.01,
                        List.of(new PlanReport.Line("scalar", "step=0.1", 3, 90, 0.01)))),
            answer(
                () ->
                    new InspectReport(
                        "a in run r1",
                        List.of(
                            new InspectReport.Section(
                                "Tensors", List.of("tensor"), List.of(List.of("w")))))),
            answer(() -> BENCHED),
            answer(
                () ->
                    new GcReport(
                        true,
                        1200,
                        List.of(
                            new GcReport.Line("run", "r1", 1200, true, "no run needs it"),
                            new GcReport.Line(
                                "shared", "codebooks/x", 900, false, "run r2 refers to it")))));
    return new CliContext(
        () -> jobs,
        new JobRunner() {
          @Override
          public <Q, R> R run(String verb, ZooJob<Q, R> job, Q request, Progress progress)
              throws Exception {
            return job.run(null, request, progress);
          }
        },
        new Console(stream(out), stream(err), false),
        environment,
        sparkConf);
  }

  int run(String... args) {
    return ZoopressCli.run(context(), args);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  String lastLine() {
    return out().lines().reduce((first, second) -> second).orElse("");
  }

  private <Q, R> Supplier<ZooJob<Q, R>> answer(Supplier<R> report) {
    return () ->
        (spark, asked, progress) -> {
          request = asked;
          if (failure != null) {
            throw failure;
          }
          progress.stage("solving tensors", 10);
          progress.advance(10);
          return report.get();
        };
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
