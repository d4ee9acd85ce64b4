package org.zoopress.cli;

import java.util.OptionalInt;
import org.zoopress.job.GcReport;
import org.zoopress.job.GcRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zoopress gc}. */
@Command(
    name = "gc",
    description = {
      "Deletes what an archive does not need: old runs that no newer run has payloads in, shared"
          + " codebooks that no run refers to, files that no run names, and staging folders that"
          + " nobody has touched for a week. Refuses while a run works on the archive."
    },
    footer = {
      "",
      "Example:",
      "  submit/zoopress gc --archive /tmp/archive --keep-runs 30 --dry-run"
    })
final class GcCommand extends VerbCommand {
  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Option(
      names = "--keep-runs",
      paramLabel = "N",
      description = "Runs but the newest N may go. Default: no run goes.")
  private Integer keepRuns;

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      description = "Runs committed more than DAYS days ago may go, but for the newest.")
  private Integer olderThan;

  @Option(names = "--dry-run", description = "Only tell what would be deleted, and why.")
  private boolean dryRun;

  GcCommand(CliContext context) {
    super("gc", context);
  }

  @Override
  public Integer call() throws Exception {
    GcReport report =
        run(Jobs::gc, new GcRequest(archive, optional(keepRuns), optional(olderThan), dryRun));
    print(Json.of(report), text(report));
    return ExitCode.OK;
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static String text(GcReport report) {
    TextTable table = new TextTable("what", "name", ">bytes", "action", "reason");
    for (GcReport.Line line : report.lines()) {
      table.row(
          line.kind(),
          line.name(),
          Units.count(line.bytes()),
          line.delete() ? "delete" : "keep",
          line.reason());
    }
    return "%s%n%s %s bytes%n"
        .formatted(
            table, report.dryRun() ? "would free" : "freed", Units.count(report.freedBytes()));
  }
}
