package org.zoopress.cli;

import java.util.Optional;
import org.zoopress.job.VerifyReport;
import org.zoopress.job.VerifyRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zoopress verify}. */
@Command(
    name = "verify",
    description =
        "Decodes everything in an archive and checks checksums, hashes and recorded errors.",
    footer = {"", "Example:", "  submit/zoopress verify --archive /tmp/archive"})
final class VerifyCommand extends VerbCommand {
  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "Only this run. Default: all committed runs.")
  private String runId;

  VerifyCommand(CliContext context) {
    super("verify", context);
  }

  @Override
  public Integer call() throws Exception {
    VerifyReport report = run(Jobs::verify, new VerifyRequest(archive, Optional.ofNullable(runId)));
    print(Json.of(report), text(report));
    return report.tensorsFailed() > 0 ? ExitCode.SOME_MODELS_FAILED : ExitCode.OK;
  }

  private static String text(VerifyReport report) {
    TextTable table = new TextTable("run", "model", "tensor", "reason");
    report
        .failures()
        .forEach(
            failure ->
                table.row(failure.runId(), failure.model(), failure.tensor(), failure.reason()));
    return "%s%s tensors checked, %s failed%n"
        .formatted(
            report.failures().isEmpty() ? "" : table + System.lineSeparator(),
            Units.count(report.tensorsChecked()),
            Units.count(report.tensorsFailed()));
  }
}
