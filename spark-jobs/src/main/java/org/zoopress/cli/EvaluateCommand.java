package org.zoopress.cli;

import java.util.List;
import java.util.Optional;
import org.zoopress.error.Check;
import org.zoopress.job.EvaluateReport;
import org.zoopress.job.EvaluateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zoopress evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Runs the original and the restored networks on a data set and compares their answers.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress evaluate --archive /tmp/archive --zoo datasets/zoo \\",
      "      --data datasets/glyphs.yaml"
    })
final class EvaluateCommand extends VerbCommand {
  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Option(
      names = "--zoo",
      required = true,
      paramLabel = "DIR",
      description = "Folder with the original models.")
  private String zoo;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.yaml",
      description = "Descriptor of the data set.")
  private String data;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run to evaluate. Default: the newest.")
  private String runId;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the first N samples. Default: all.")
  private Long limit;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  EvaluateCommand(CliContext context) {
    super("evaluate", context);
  }

  @Override
  public Integer call() throws Exception {
    Check.argument(
        limit == null || limit >= 1,
        "Cannot use --limit %s: it must be at least 1. Leave it out for all samples.",
        limit);
    EvaluateReport report =
        run(
            Jobs::evaluate,
            new EvaluateRequest(
                archive,
                zoo,
                data,
                Optional.ofNullable(runId),
                Optional.ofNullable(limit),
                settings.resolve(context(), List.of())));
    print(Json.of(report), text(report));
    return ExitCode.OK;
  }

  private static String text(EvaluateReport report) {
    TextTable table =
        new TextTable(
            "model",
            "data set",
            ">samples",
            ">right before",
            ">after",
            ">top-1 before",
            ">after",
            ">agreement",
            ">KL (nats)");
    for (EvaluateReport.Evaluation evaluation : report.evaluations()) {
      table.row(
          evaluation.model(),
          evaluation.dataset(),
          Units.count(evaluation.samples()),
          Units.count(evaluation.correctBefore()),
          Units.count(evaluation.correctAfter()),
          Units.percent(evaluation.top1Before()),
          Units.percent(evaluation.top1After()),
          Units.percent(evaluation.agreement()),
          Units.error(evaluation.kl()));
    }
    return "%s%nRun %s: %s evaluated, %s skipped%n%s"
        .formatted(
            table,
            report.runId(),
            Units.count(report.evaluations().size()),
            Units.count(report.skipped().size()),
            skipped(report));
  }

  /** A line a model that was not evaluated. */
  static String skipped(EvaluateReport report) {
    StringBuilder lines = new StringBuilder();
    for (EvaluateReport.Skipped skipped : report.skipped()) {
      lines
          .append(TextTable.printable("  " + skipped.model() + ": " + skipped.reason()))
          .append(System.lineSeparator());
    }
    return lines.toString();
  }
}
