package org.zoopress.cli;

import java.util.List;
import java.util.Optional;
import org.zoopress.job.InspectReport;
import org.zoopress.job.InspectRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zoopress inspect}. */
@Command(
    name = "inspect",
    description = "Shows what is in a model file or an archive.",
    footer = {"", "Example:", "  submit/zoopress inspect /tmp/archive --model glyph-vgg"})
final class InspectCommand extends VerbCommand {
  @Parameters(paramLabel = "PATH", description = "A model file, or the folder of an archive.")
  private String path;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "With an archive: the model to show. Default: an overview.")
  private String model;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "With an archive: the run to show. Default: the newest.")
  private String runId;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  InspectCommand(CliContext context) {
    super("inspect", context);
  }

  @Override
  public Integer call() throws Exception {
    InspectReport report =
        run(
            Jobs::inspect,
            new InspectRequest(
                path,
                Optional.ofNullable(model),
                Optional.ofNullable(runId),
                settings.resolve(context(), List.of())));
    print(Json.of(report), text(report));
    return ExitCode.OK;
  }

  static String text(InspectReport report) {
    StringBuilder text = new StringBuilder(TextTable.printable(report.title())).append('\n');
    for (InspectReport.Section section : report.sections()) {
      TextTable table = new TextTable(section.columns());
      section.rows().forEach(table::row);
      text.append('\n')
          .append(TextTable.printable(section.heading()))
          .append('\n')
          .append(table.alignNumbers());
    }
    return text.toString();
  }
}
