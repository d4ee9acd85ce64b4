package org.zoopress.config;

import java.util.Locale;

/**
 * One setting: its key and all that is known of it.
 *
 * @param key kebab-case inside a concept, dots between groups: {@code scalar.bits}
 * @param type how its text is read, and the range of its values
 * @param defaultText the default as a user would write it; empty for an optional one that is unset
 * @param affectsBytes whether another value can change the bytes a tensor is stored as; such
 *     settings make up {@link Settings#fingerprint}
 * @param doc what it does, a paragraph for users
 * @param <T> type of the value
 */
public record Setting<T>(
    String key, SettingType<T> type, String defaultText, boolean affectsBytes, String doc) {

  /** Checks the default, so that a wrong declaration fails in the first test. */
  public Setting {
    type.parse(defaultText);
  }

  /** The default value. */
  public T defaultValue() {
    return type.parse(defaultText);
  }

  /** Name of the environment variable: {@code scalar.bits} is {@code ZOOPRESS_SCALAR_BITS}. */
  public String environmentVariable() {
    return "ZOOPRESS_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Key in Spark's configuration: {@code scalar.bits} is {@code spark.zoopress.scalar.bits}. */
  public String sparkKey() {
    return SettingsSource.SPARK_PREFIX + key;
  }
}
