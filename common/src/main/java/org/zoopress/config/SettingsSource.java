package org.zoopress.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.zoopress.error.UserInputException;

/**
 * Values from one place, not yet checked.
 *
 * @param values in the order in which they were given; a key is in it at most once
 */
public record SettingsSource(List<Value> values) {
  /** What keys of ours begin with in Spark's configuration. */
  public static final String SPARK_PREFIX = "spark.zoopress.";

  private static final String ENVIRONMENT_PREFIX = "ZOOPRESS_";

  /** Variables of {@code submit/zoopress}, which are no settings. */
  private static final Set<String> LAUNCHER_VARIABLES =
      Set.of("ZOOPRESS_HOME", "ZOOPRESS_SPARK_LINE", "ZOOPRESS_PROGRESS", "ZOOPRESS_LOG_FILE");

  /** Kubernetes sets such variables in every Pod beside a service named zoopress. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("ZOOPRESS_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_.*)?)");

  /**
   * A value as written.
   *
   * @param origin where it was written, for messages: {@code --set}
   */
  public record Value(String key, String text, String origin) {}

  /** Copies the values. */
  public SettingsSource {
    values = List.copyOf(values);
  }

  /** Nothing. */
  public static SettingsSource none() {
    return new SettingsSource(List.of());
  }

  /**
   * Environment variables that begin with {@code ZOOPRESS_}.
   *
   * @throws UserInputException for one that stands for no setting
   */
  public static SettingsSource ofEnvironment(Map<String, String> environment) {
    Map<String, String> keys = new TreeMap<>();
    Keys.all().forEach(setting -> keys.put(setting.environmentVariable(), setting.key()));
    List<Value> values = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (keys.containsKey(variable)) {
                values.add(new Value(keys.get(variable), text, "environment variable " + variable));
              } else if (variable.startsWith(ENVIRONMENT_PREFIX)
                  && !LAUNCHER_VARIABLES.contains(variable)
                  && !SERVICE_LINK.matcher(variable).matches()) {
                throw new UserInputException(
                    "Cannot use environment variable %s: no setting has this name%s. Unset it, or see 'zoopress settings' for the names."
                        .formatted(variable, Suggestion.didYouMean(variable, keys.keySet())));
              }
            });
    return new SettingsSource(values);
  }

  /** The entries of Spark's configuration that begin with {@value #SPARK_PREFIX}. */
  public static SettingsSource ofSparkConf(Map<String, String> sparkConf) {
    return new SettingsSource(
        new TreeMap<>(sparkConf)
            .entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(SPARK_PREFIX))
                .map(
                    entry ->
                        new Value(
                            entry.getKey().substring(SPARK_PREFIX.length()),
                            entry.getValue(),
                            "Spark configuration " + entry.getKey()))
                .toList());
  }

  /**
   * Assignments {@code key=value} as given to {@code --set}; of several for one key the last holds.
   */
  public static SettingsSource ofAssignments(List<String> assignments) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        throw new UserInputException(
            "Cannot use --set %s: it has no '='. Write --set key=value, for instance --set scalar.bits=3."
                .formatted(assignment));
      }
      String key = assignment.substring(0, equals).strip();
      values.remove(key);
      values.put(key, new Value(key, assignment.substring(equals + 1), "--set"));
    }
    return new SettingsSource(List.copyOf(values.values()));
  }
}
