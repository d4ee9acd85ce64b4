package org.zoopress.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.config.Keys;
import org.zoopress.config.SettingsSource;
import org.zoopress.job.CompressRequest;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code compress} and {@code plan}. */
final class CompressOptions {
  @Option(names = "--zoo", required = true, paramLabel = "DIR", description = "Folder with models.")
  private String zoo;

  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive, created if missing.")
  private String archive;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description =
          "Name of the run; the same over retries. Default: go on with an unfinished run of the"
              + " same command, else a new one.")
  private String runId;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Option(
      names = "--methods",
      paramLabel = "M,M",
      description = "Methods to try, for instance scalar,dictionary-pair.")
  private String methods;

  @Option(
      names = "--inputs",
      paramLabel = "FILE.yaml",
      description =
          "Descriptor of unlabelled samples, as evaluate takes one for --data: low-rank-sparse"
              + " then lowers the error of what layers put out on them, and second-order takes them"
              + " as probes. Default: weights alone.")
  private String inputs;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private TargetOptions target = new TargetOptions();

  CompressRequest request(CliContext context) {
    List<SettingsSource.Value> options = new ArrayList<>(target.values());
    if (methods != null) {
      options.add(new SettingsSource.Value(Keys.METHODS.key(), methods, "--methods"));
    }
    if (inputs != null) {
      options.add(new SettingsSource.Value(Keys.INPUTS_DATA.key(), inputs, "--inputs"));
    }
    return new CompressRequest(
        zoo, archive, Optional.ofNullable(runId), settings.resolve(context, options));
  }
}
