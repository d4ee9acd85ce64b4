package org.zoopress.cli;

import org.zoopress.job.CompressReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code zoopress compress}. */
@Command(
    name = "compress",
    description = "Compresses all models of a zoo into an archive, as one run.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress compress --zoo datasets/zoo --archive /tmp/archive --target-ratio 8"
    })
final class CompressCommand extends VerbCommand {
  @Mixin private CompressOptions options = new CompressOptions();

  CompressCommand(CliContext context) {
    super("compress", context);
  }

  @Override
  public Integer call() throws Exception {
    CompressReport report = run(Jobs::compress, options.request(context()));
    print(Json.of(report), text(report));
    return exitCode(report);
  }

  static int exitCode(CompressReport report) {
    return report.modelsFailed() > 0 ? ExitCode.SOME_MODELS_FAILED : ExitCode.OK;
  }

  private static String text(CompressReport report) {
    TextTable table =
        new TextTable(
            "model", "status", ">tensors", ">size", ">stored", ">ratio", ">rel. error", "reason");
    for (CompressReport.ModelLine line : report.models()) {
      table.row(
          line.model(),
          line.status(),
          Units.count(line.tensors()),
          Units.bytes(line.originalBytes()),
          Units.bytes(line.storedBytes()),
          Units.ratio(line.ratio()),
          Units.error(line.relativeError()),
          line.reason());
    }
    return "%s%n%s".formatted(table, summary(report));
  }

  /** Two lines about the run as a whole. */
  static String summary(CompressReport report) {
    return """
        Run %s: %s. %s models, %s failed; %s tensors solved, %s reused; %s.
        %s in all models, %s added to the archive; ratio %s, %s bits per weight.
        """
        .formatted(
            report.runId(),
            report.status(),
            Units.count(report.modelsOk() + (long) report.modelsFailed()),
            Units.count(report.modelsFailed()),
            Units.count(report.tensorsSolved()),
            Units.count(report.tensorsReused()),
            Units.duration(report.seconds()),
            Units.bytes(report.originalBytes()),
            Units.bytes(report.storedBytes()),
            Units.ratio(report.compressionRatio()),
            Units.number("%.3f", report.bitsPerWeight()));
  }
}
