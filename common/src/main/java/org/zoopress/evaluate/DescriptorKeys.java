package org.zoopress.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.zoopress.config.Suggestion;
import org.zoopress.error.UserInputException;

/** Typed access to one mapping of a descriptor; every complaint names the file and the key. */
final class DescriptorKeys {
  private final JsonNode node;
  private final String file;
  private final String prefix;

  /**
   * @param prefix what stands before a key in messages: empty, or the section's name and a dot
   */
  DescriptorKeys(JsonNode node, String file, String prefix) {
    this.node = node;
    this.file = file;
    this.prefix = prefix;
    if (!node.isObject()) {
      throw error(
          "%s is not a mapping of keys to values"
              .formatted(
                  prefix.isEmpty() ? "its content" : prefix.substring(0, prefix.length() - 1)),
          "Write one 'key: value' a line");
    }
  }

  UserInputException error(String problem, String remedy) {
    return DataErrors.cannotRead("data set descriptor " + file, problem, remedy);
  }

  UserInputException missing(String key) {
    return error("the key " + prefix + key + " is missing", "Add it");
  }

  void allowOnly(String... known) {
    List<String> names = List.of(known);
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!names.contains(key)) {
                throw error(
                    "unknown key '%s%s'".formatted(prefix, key),
                    Suggestion.closest(key, names)
                            .map(word -> "Did you mean '%s%s'? ".formatted(prefix, word))
                            .orElse("")
                        + "Known keys are "
                        + String.join(", ", names));
              }
            });
  }

  DescriptorKeys section(String key) {
    return new DescriptorKeys(
        present(key).orElseGet(JsonNodeFactory.instance::objectNode), file, prefix + key + ".");
  }

  Optional<String> text(String key) {
    return present(key).map(value -> textOf(key, value));
  }

  List<String> texts(String key) {
    List<String> result = new ArrayList<>();
    present(key)
        .ifPresent(
            value -> {
              if (!value.isArray()) {
                throw wrong(key, value, "a list of texts", "Write it as [\"first\", \"second\"]");
              }
              value.forEach(item -> result.add(textOf(key, item)));
            });
    return result;
  }

  OptionalDouble number(String key) {
    Optional<JsonNode> value = present(key);
    return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(numberOf(key, value.get()));
  }

  /** One number, or a list of them. */
  Optional<List<Double>> numbers(String key) {
    return present(key)
        .map(
            value -> {
              List<Double> result = new ArrayList<>();
              if (value.isArray()) {
                value.forEach(item -> result.add(numberOf(key, item)));
              } else {
                result.add(numberOf(key, value));
              }
              return result;
            });
  }

  Optional<Integer> integer(String key) {
    return present(key)
        .map(
            value -> {
              if (!value.isInt()) {
                throw wrong(key, value, "a whole number", "Correct it");
              }
              return value.intValue();
            });
  }

  <T> Optional<T> choice(String key, Function<String, Optional<T>> parse, List<String> names) {
    return text(key)
        .map(
            name ->
                parse
                    .apply(name)
                    .orElseThrow(
                        () ->
                            error(
                                "%s%s is '%s'".formatted(prefix, key, name),
                                Suggestion.closest(name, names)
                                        .map(word -> "Did you mean '%s'? ".formatted(word))
                                        .orElse("")
                                    + "Choose one of "
                                    + String.join(", ", names))));
  }

  private Optional<JsonNode> present(String key) {
    return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
  }

  private String textOf(String key, JsonNode value) {
    // Plain numbers are texts too: a data set may be called 2026.
    if (!value.isTextual() && !value.isNumber() || value.asText().isBlank()) {
      throw wrong(key, value, "a text", "Put it in quotes");
    }
    return value.asText();
  }

  private double numberOf(String key, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(key, value, "a number", "Correct it");
    }
    return value.doubleValue();
  }

  private UserInputException wrong(String key, JsonNode found, String wanted, String remedy) {
    return error("%s%s is %s, not %s".formatted(prefix, key, found, wanted), remedy);
  }
}
