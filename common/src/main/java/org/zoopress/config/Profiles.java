package org.zoopress.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.error.UserInputException;

/** Profiles: settings in YAML, nested keys joined by dots, lists as lists or with commas. */
public final class Profiles {
  /** Profiles that come with Zoopress, copied from {@code conf/profiles} at build time. */
  public static final List<String> BUNDLED =
      List.of("balanced", "lossless", "max-compression", "nightly");

  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Profiles() {}

  /** Whether a name given by the user means a file rather than a bundled profile. */
  public static boolean isFile(String nameOrFile) {
    return nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml") || nameOrFile.contains("/");
  }

  /**
   * One of {@link #BUNDLED}.
   *
   * @throws UserInputException if there is none of that name
   */
  public static SettingsSource bundled(String name) {
    if (!BUNDLED.contains(name)) {
      throw new UserInputException(
          "Cannot find profile '%s': there are %s%s. Name one of them, or a file that ends in .yaml."
              .formatted(name, String.join(", ", BUNDLED), Suggestion.didYouMean(name, BUNDLED)));
    }
    try (InputStream in = Profiles.class.getResourceAsStream("profiles/" + name + ".yaml")) {
      return parse("profile " + name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a profile.
   *
   * @param origin name for messages: {@code profile nightly}
   * @throws UserInputException if it is not YAML, or holds something else than settings
   */
  public static SettingsSource parse(String origin, String yaml) {
    Map<String, SettingsSource.Value> values = new LinkedHashMap<>();
    JsonNode root = read(origin, yaml);
    if (!root.isMissingNode() && !root.isNull()) {
      if (!root.isObject()) {
        throw bad(origin, "it is not a mapping of keys to values");
      }
      flatten(origin, "", root, values);
    }
    return new SettingsSource(List.copyOf(values.values()));
  }

  private static JsonNode read(String origin, String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
      throw new UserInputException(
          "Cannot read %s: %s%s. Correct the YAML."
              .formatted(origin, where, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static void flatten(
      String origin, String prefix, JsonNode object, Map<String, SettingsSource.Value> values) {
    object
        .properties()
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              JsonNode node = entry.getValue();
              if (node.isObject()) {
                flatten(origin, key + ".", node, values);
              } else if (values.put(
                      key, new SettingsSource.Value(key, text(origin, key, node), origin))
                  != null) {
                throw bad(origin, "setting %s is in it twice".formatted(key));
              }
            });
  }

  private static String text(String origin, String key, JsonNode node) {
    if (!node.isArray()) {
      return node.isNull() ? "" : node.asText();
    }
    StringBuilder joined = new StringBuilder();
    for (JsonNode item : node) {
      if (item.isContainerNode() || item.isNull() || item.asText().indexOf(',') >= 0) {
        throw bad(origin, "an item of the list %s is not a plain value: %s".formatted(key, item));
      }
      joined.append(joined.length() == 0 ? "" : ",").append(item.asText());
    }
    return joined.toString();
  }

  private static UserInputException bad(String origin, String problem) {
    return new UserInputException(
        "Cannot use %s: %s. See the profiles in conf/profiles for the form."
            .formatted(origin, problem));
  }
}
