package org.zoopress.config;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.zoopress.error.UserInputException;
import org.zoopress.method.MethodId;

/**
 * The resolved settings of a run: every key of {@link Keys} has a checked value.
 *
 * <p>Values are held as canonical text, so that an instance goes to executors and into the run's
 * row as it is, and two equal settings are equal however they were written.
 */
public final class Settings implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String DEFAULT_ORIGIN = "default";

  private final TreeMap<String, String> texts = new TreeMap<>();
  private final TreeMap<String, String> origins = new TreeMap<>();

  private Settings() {
    for (Setting<?> setting : Keys.all()) {
      texts.put(setting.key(), setting.type().canonical(setting.defaultText()));
      origins.put(setting.key(), DEFAULT_ORIGIN);
    }
  }

  /**
   * Resolves the sources over the defaults.
   *
   * @param lowestFirst sources, each overriding those before it
   * @throws UserInputException for an unknown key, a bad value or a contradiction; the message
   *     names key, value, range and source
   */
  public static Settings of(SettingsSource... lowestFirst) {
    Settings settings = new Settings();
    for (SettingsSource source : lowestFirst) {
      settings.apply(source);
    }
    return settings.complete();
  }

  /**
   * These settings with another source on top.
   *
   * @throws UserInputException as {@link #of}
   */
  public Settings with(SettingsSource highest) {
    Settings settings = new Settings();
    settings.texts.putAll(texts);
    settings.origins.putAll(origins);
    settings.apply(highest);
    return settings.complete();
  }

  private Settings complete() {
    spreadOperatingPoints();
    requireOperatingPoints(
        MethodId.SCALAR, Keys.SCALAR_BITS, Keys.SCALAR_STEP, Keys.SCALAR_RELATIVE_STEP);
    requireOperatingPoints(
        MethodId.DICTIONARY_PAIR, Keys.DICTIONARY_PAIR_ERRORS, Keys.DICTIONARY_PAIR_WORDS);
    requireOperatingPoints(
        MethodId.TUCKER, Keys.TUCKER_RATIOS, Keys.TUCKER_ERRORS, Keys.TUCKER_RANKS);
    requireOperatingPoints(
        MethodId.TENSOR_TRAIN, Keys.TENSOR_TRAIN_RATIOS, Keys.TENSOR_TRAIN_ERRORS);
    requireOperatingPoints(
        MethodId.LOW_RANK_SPARSE,
        Keys.LOW_RANK_SPARSE_RATIOS,
        Keys.LOW_RANK_SPARSE_ERRORS,
        Keys.LOW_RANK_SPARSE_BASE_BITS);
    requireOperatingPoints(MethodId.ROTATED_TRELLIS, Keys.ROTATED_TRELLIS_BITS);
    return this;
  }

  /**
   * A target needs something to choose from: where one is given and the user named no operating
   * points of a method, a ladder over the useful range takes the place of the single default.
   */
  private void spreadOperatingPoints() {
    if (Keys.TARGETS.stream().allMatch(target -> get(target).isEmpty())) {
      return;
    }
    for (Keys.Ladder ladder : Keys.LADDERS) {
      if (ladder.points().stream().allMatch(key -> origin(key).equals(DEFAULT_ORIGIN))) {
        ladder.points().forEach(key -> texts.put(key.key(), ""));
        Setting<?> spread = ladder.spread();
        texts.put(spread.key(), spread.type().canonical(ladder.text()));
        origins.put(spread.key(), "the target");
      }
    }
  }

  /** The value of a setting. */
  public <T> T get(Setting<T> setting) {
    return setting.type().parse(texts.get(setting.key()));
  }

  /** Where the value of a setting comes from, for people: {@code default}, {@code --set}. */
  public String origin(Setting<?> setting) {
    return origins.get(setting.key());
  }

  /** All keys with their canonical texts, sorted; an optional setting without a value is empty. */
  public Map<String, String> resolved() {
    return Collections.unmodifiableSortedMap(texts);
  }

  /**
   * SHA-256, in hexadecimal, of all settings that can change what a tensor is stored as: tensors of
   * an earlier run with another fingerprint must be solved again.
   */
  public String fingerprint() {
    return fingerprint(Set.of());
  }

  /**
   * SHA-256, in hexadecimal, of all settings that a candidate of a method depends on: which methods
   * are tried besides, and the target under which one is chosen, do not change what a method makes
   * of a tensor.
   */
  public String solvingFingerprint() {
    Set<Setting<?>> choosing = new HashSet<>(Keys.TARGETS);
    choosing.add(Keys.TARGET_SCOPE);
    choosing.add(Keys.METHODS);
    return fingerprint(choosing);
  }

  private String fingerprint(Set<Setting<?>> without) {
    StringBuilder lines = new StringBuilder();
    texts.forEach(
        (key, text) -> {
          Setting<?> setting = Keys.find(key).orElseThrow();
          if (setting.affectsBytes() && !without.contains(setting)) {
            lines.append(key).append('=').append(text).append('\n');
          }
        });
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Settings settings && texts.equals(settings.texts);
  }

  @Override
  public int hashCode() {
    return texts.hashCode();
  }

  @Override
  public String toString() {
    return texts.toString();
  }

  private void apply(SettingsSource source) {
    replaceTarget(source);
    for (SettingsSource.Value value : source.values()) {
      Setting<?> setting =
          Keys.find(value.key())
              .orElseThrow(
                  () ->
                      new UserInputException(
                          "Cannot use setting %s from %s: no setting has this name%s. See 'zoopress settings' for the names."
                              .formatted(
                                  value.key(),
                                  value.origin(),
                                  Suggestion.didYouMean(value.key(), Keys.names()))));
      texts.put(setting.key(), canonical(setting, value));
      origins.put(setting.key(), value.origin());
    }
  }

  /** A source that names a target replaces the target of the sources below it, of whatever kind. */
  private void replaceTarget(SettingsSource source) {
    List<SettingsSource.Value> given =
        source.values().stream()
            .filter(value -> !value.text().isBlank())
            .filter(value -> Keys.TARGETS.stream().anyMatch(t -> t.key().equals(value.key())))
            .toList();
    if (given.size() > 1) {
      SettingsSource.Value first = given.get(0);
      SettingsSource.Value second = given.get(1);
      throw new UserInputException(
          "Cannot use both %s=%s from %s and %s=%s from %s: a run has one target. Leave one of them out."
              .formatted(
                  first.key(),
                  first.text(),
                  first.origin(),
                  second.key(),
                  second.text(),
                  second.origin()));
    }
    if (!given.isEmpty()) {
      for (Setting<? extends Optional<?>> target : Keys.TARGETS) {
        texts.put(target.key(), "");
        origins.put(target.key(), DEFAULT_ORIGIN);
      }
    }
  }

  private static String canonical(Setting<?> setting, SettingsSource.Value value) {
    try {
      return setting.type().canonical(value.text());
    } catch (IllegalArgumentException e) {
      throw new UserInputException(
          "Cannot use setting %s=%s from %s: %s. It must be %s; the default is %s."
              .formatted(
                  setting.key(),
                  value.text(),
                  value.origin(),
                  e.getMessage(),
                  setting.type().describe(),
                  setting.defaultText().isEmpty() ? "none" : setting.defaultText()),
          e);
    }
  }

  @SafeVarargs
  private void requireOperatingPoints(MethodId method, Setting<? extends List<?>>... points) {
    if (get(Keys.METHODS).contains(method)
        && Arrays.stream(points).allMatch(setting -> get(setting).isEmpty())) {
      throw new UserInputException(
          "Cannot use method %s: none of %s has a value. Give one of them, or leave the method out."
              .formatted(
                  method.label(),
                  String.join(", ", Arrays.stream(points).map(Setting::key).toList())));
    }
  }
}
