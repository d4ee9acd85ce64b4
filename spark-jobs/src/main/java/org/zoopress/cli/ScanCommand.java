package org.zoopress.cli;

import java.util.List;
import org.zoopress.job.ScanReport;
import org.zoopress.job.ScanRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zoopress scan}. */
@Command(
    name = "scan",
    description = "Lists the models of a zoo and their tensors, reading headers only.",
    footer = {"", "Example:", "  submit/zoopress scan --zoo datasets/zoo"})
final class ScanCommand extends VerbCommand {
  @Option(names = "--zoo", required = true, paramLabel = "DIR", description = "Folder with models.")
  private String zoo;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  ScanCommand(CliContext context) {
    super("scan", context);
  }

  @Override
  public Integer call() throws Exception {
    ScanReport report =
        run(Jobs::scan, new ScanRequest(zoo, settings.resolve(context(), List.of())));
    print(Json.of(report), text(report));
    return report.failed() > 0 ? ExitCode.SOME_MODELS_FAILED : ExitCode.OK;
  }

  private static String text(ScanReport report) {
    TextTable table =
        new TextTable(
            "model", "format", "status", ">tensors", ">weights", ">size", "dtypes", "reason");
    for (ScanReport.Line line : report.lines()) {
      table.row(
          line.model(),
          line.format(),
          line.status(),
          Units.count(line.tensors()),
          Units.count(line.weights()),
          Units.bytes(line.bytes()),
          line.dtypes(),
          line.reason());
    }
    return "%s%n%s models, %s failed, %s other files: %s tensors, %s weights, %s%n"
        .formatted(
            table,
            Units.count(report.models()),
            Units.count(report.failed()),
            Units.count(report.skipped()),
            Units.count(report.tensors()),
            Units.count(report.weights()),
            Units.bytes(report.bytes()));
  }
}
