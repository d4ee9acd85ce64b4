package org.zoopress.cli;

import org.zoopress.job.PlanReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code zoopress plan}. */
@Command(
    name = "plan",
    description = {
      "Shows what compress would decide under a target, and stores nothing.",
      "What it solves stays in the archive's staging folder: compress with the same options goes on"
          + " from there."
    },
    footer = {
      "",
      "Example:",
      "  submit/zoopress plan --zoo datasets/zoo --archive /tmp/archive --target-ratio 8"
    })
final class PlanCommand extends VerbCommand {
  @Mixin private CompressOptions options = new CompressOptions();

  PlanCommand(CliContext context) {
    super("plan", context);
  }

  @Override
  public Integer call() throws Exception {
    PlanReport report = run(Jobs::plan, options.request(context()));
    print(Json.of(report), text(report));
    return report.modelsFailed() > 0 ? ExitCode.SOME_MODELS_FAILED : ExitCode.OK;
  }

  private static String text(PlanReport report) {
    TextTable table = new TextTable("method", "point", ">parts", ">stored", ">rel. error");
    for (PlanReport.Line line : report.lines()) {
      table.row(
          line.method(),
          line.operatingPoint(),
          Units.count(line.units()),
          Units.bytes(line.storedBytes()),
          Units.error(line.relativeError()));
    }
    return """
        %s
        Plan for run %s, nothing stored yet. %s models, %s failed.
        %s in all models, %s to add to the archive; ratio %s, %s bits per weight, relative error %s.
        """
        .formatted(
            table,
            report.runId(),
            Units.count(report.modelsOk() + (long) report.modelsFailed()),
            Units.count(report.modelsFailed()),
            Units.bytes(report.originalBytes()),
            Units.bytes(report.storedBytes()),
            Units.ratio(report.compressionRatio()),
            Units.number("%.3f", report.bitsPerWeight()),
            Units.error(report.relativeError()));
  }
}
