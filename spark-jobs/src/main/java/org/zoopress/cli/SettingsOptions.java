package org.zoopress.cli;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.config.Profiles;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import picocli.CommandLine.Option;

/** {@code --profile} and {@code --set}, for verbs that have settings. */
final class SettingsOptions {
  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description =
          "Settings from a profile: balanced, lossless, max-compression, nightly, or a YAML file.")
  private String profile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "One setting, for instance scalar.bits=3; may be repeated. 'zoopress settings' lists"
              + " them.")
  private List<String> assignments = new ArrayList<>();

  /**
   * Resolves all sources.
   *
   * @param options values of options that stand for a setting each
   */
  Settings resolve(CliContext context, List<SettingsSource.Value> options) {
    return resolve(SettingsSource.none(), context, options);
  }

  /**
   * Resolves all sources.
   *
   * @param base below all of them
   * @param options values of options that stand for a setting each
   */
  Settings resolve(SettingsSource base, CliContext context, List<SettingsSource.Value> options) {
    return Settings.of(
        base,
        profile(context),
        SettingsSource.ofEnvironment(context.environment()),
        SettingsSource.ofSparkConf(context.sparkConf()),
        SettingsSource.ofAssignments(assignments),
        new SettingsSource(options));
  }

  private SettingsSource profile(CliContext context) {
    if (profile == null) {
      return SettingsSource.none();
    }
    return Profiles.isFile(profile)
        ? Profiles.parse("profile " + profile, ProfileFile.read(profile, context.sparkConf()))
        : Profiles.bundled(profile);
  }
}
