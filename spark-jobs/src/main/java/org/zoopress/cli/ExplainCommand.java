package org.zoopress.cli;

import java.util.Optional;
import org.zoopress.job.ExplainRequest;
import org.zoopress.job.InspectReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zoopress explain}. */
@Command(
    name = "explain",
    description =
        "Says why the tensors of a model are stored as they are, and what else was tried.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress explain --archive /tmp/archive glyph-vgg features.0.weight"
    })
final class ExplainCommand extends VerbCommand {
  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TENSOR",
      description = "A tensor, to see all of its candidates. Default: a line a tensor.")
  private String tensor;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run to explain. Default: the newest.")
  private String runId;

  ExplainCommand(CliContext context) {
    super("explain", context);
  }

  @Override
  public Integer call() throws Exception {
    InspectReport report =
        run(
            Jobs::explain,
            new ExplainRequest(
                archive, model, Optional.ofNullable(tensor), Optional.ofNullable(runId)));
    print(Json.of(report), InspectCommand.text(report));
    return ExitCode.OK;
  }
}
