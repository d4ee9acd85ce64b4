package org.zoopress.cli;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.config.Keys;
import org.zoopress.config.Setting;
import org.zoopress.config.SettingsSource;
import picocli.CommandLine.Option;

/** The budget: at most one of these. */
final class TargetOptions {
  @Option(names = "--target-ratio", paramLabel = "R", description = "Compress at least R times.")
  private String ratio;

  @Option(
      names = "--target-bits",
      paramLabel = "B",
      description = "Store at most B bits per weight.")
  private String bits;

  @Option(
      names = "--target-bytes",
      paramLabel = "N",
      description = "Store at most N bytes; suffixes k, m, g.")
  private String bytes;

  @Option(
      names = "--max-error",
      paramLabel = "E",
      description =
          "As small as possible at a relative squared error of weights of at most E; second-order is"
              + " not used then.")
  private String maxError;

  /** The given one as a value of its setting. */
  List<SettingsSource.Value> values() {
    List<SettingsSource.Value> values = new ArrayList<>();
    add(values, Keys.TARGET_RATIO, ratio, "--target-ratio");
    add(values, Keys.TARGET_BITS, bits, "--target-bits");
    add(values, Keys.TARGET_BYTES, bytes, "--target-bytes");
    add(values, Keys.TARGET_MAX_ERROR, maxError, "--max-error");
    return values;
  }

  private static void add(
      List<SettingsSource.Value> values, Setting<?> setting, String text, String option) {
    if (text != null) {
      values.add(new SettingsSource.Value(setting.key(), text, option));
    }
  }
}
