package org.zoopress.cli;

import java.util.Locale;
import java.util.Optional;
import org.zoopress.job.RestoreReport;
import org.zoopress.job.RestoreRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zoopress restore}. */
@Command(
    name = "restore",
    description = "Writes one model of an archive back: same names, dtypes and shapes.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress restore --archive /tmp/archive --model glyph-vgg --to /tmp/glyph-vgg.onnx"
    })
final class RestoreCommand extends VerbCommand {
  /** Formats that models can be written in. */
  enum Format {
    SAFETENSORS,
    ONNX;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "The model: its path in the zoo without extension.")
  private String model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description = "File or folder to write.")
  private String to;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run to restore from. Default: the newest that holds the model.")
  private String runId;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES}. Default: that of the source; a PyTorch checkpoint becomes"
              + " safetensors.")
  private Format format;

  RestoreCommand(CliContext context) {
    super("restore", context);
  }

  @Override
  public Integer call() throws Exception {
    RestoreReport report =
        run(
            Jobs::restore,
            new RestoreRequest(
                archive,
                model,
                to,
                Optional.ofNullable(runId),
                Optional.ofNullable(format).map(Format::toString)));
    print(
        Json.of(report),
        "Restored %s of run %s as %s: %s tensors, %s%n  %s%n"
            .formatted(
                TextTable.printable(report.model()),
                report.runId(),
                report.format(),
                Units.count(report.tensors()),
                Units.bytes(report.bytes()),
                String.join(System.lineSeparator() + "  ", report.files())));
    return ExitCode.OK;
  }
}
