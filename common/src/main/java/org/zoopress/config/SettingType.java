package org.zoopress.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.zoopress.method.MethodId;
import org.zoopress.method.additive.AdditiveParams;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SharedShape;

/**
 * How the text of a setting becomes a value and back.
 *
 * @param range what values are allowed, a noun phrase: {@code a whole number from 1 to 8}
 * @param unit unit of the value, empty if it has none
 * @param parser text to value; throws {@link IllegalArgumentException} with the reason in words
 * @param printer value to the one canonical text, which the parser reads back
 * @param schema JSON schema of the value, a new node at every call
 * @param <T> type of the value
 */
public record SettingType<T>(
    String range,
    String unit,
    Function<String, T> parser,
    Function<T, String> printer,
    Supplier<ObjectNode> schema) {

  /** Longer texts are refused before they are parsed. */
  private static final int MAX_NUMBER_LENGTH = 64;

  private static final int MAX_PATH_LENGTH = 4096;

  private static final Pattern SHARED_SHAPE =
      Pattern.compile("([0-9]{1,4})x([0-9]{1,4})x([0-9]{1,4})(?::(.+))?");

  /** Where a bit is worth more than all of a vector at unit scale, nothing is coded. */
  private static final double MOST_LAMBDA = 100;

  /** Reads a value; throws {@link IllegalArgumentException} with the reason in words. */
  public T parse(String text) {
    return parser.apply(text.strip());
  }

  /** The canonical text of what {@code text} means: {@code 65536k} becomes {@code 64m}. */
  public String canonical(String text) {
    return printer.apply(parse(text));
  }

  /** The range with its unit. */
  public String describe() {
    return unit.isEmpty() ? range : range + ", in " + unit;
  }

  /** The same type with a unit. */
  public SettingType<T> in(String newUnit) {
    return new SettingType<>(range, newUnit, parser, printer, schema);
  }

  /** {@code true} or {@code false}. */
  public static SettingType<Boolean> flag() {
    return new SettingType<>(
        "true or false",
        "",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("'" + text + "' is neither");
            },
        String::valueOf,
        () -> node("boolean"));
  }

  /** A whole number in {@code [min, max]}. */
  public static SettingType<Integer> integer(int min, int max) {
    String range =
        max == Integer.MAX_VALUE
            ? "a whole number of at least " + min
            : "a whole number from %d to %d".formatted(min, max);
    return whole(range, min, max).map(Long::intValue, Integer::longValue);
  }

  /** Any whole number of 64 bits. */
  public static SettingType<Long> seed() {
    return whole("a whole number of 64 bits", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A number; {@code allowed} decides, {@code range} says it in words. */
  private static SettingType<Double> number(String range, DoublePredicate allowed) {
    return new SettingType<>(
        range,
        "",
        text -> {
          double value = decimal(text).doubleValue();
          if (!Double.isFinite(value) || !allowed.test(value)) {
            throw new IllegalArgumentException(text + " is out of range");
          }
          return value;
        },
        SettingType::print,
        () -> node("number"));
  }

  /** A number in {@code (min, max]}. */
  public static SettingType<Double> numberAbove(double min, double max) {
    SettingType<Double> type =
        number(
            "a number above %s and at most %s".formatted(print(min), print(max)),
            value -> value > min && value <= max);
    return type.withSchema(
        () -> type.schema().get().put("exclusiveMinimum", min).put("maximum", max));
  }

  /** A number in {@code [min, max]}. */
  public static SettingType<Double> numberFrom(double min, double max) {
    SettingType<Double> type =
        number(
            "a number from %s to %s".formatted(print(min), print(max)),
            value -> value >= min && value <= max);
    return type.withSchema(() -> type.schema().get().put("minimum", min).put("maximum", max));
  }

  /** One of some words. */
  public static SettingType<String> word(String... words) {
    return choice(List.of(words), Function.identity());
  }

  /** A path, or nothing. */
  public static SettingType<String> path() {
    return new SettingType<>(
        "a path of at most %d characters".formatted(MAX_PATH_LENGTH),
        "",
        text -> {
          if (text.length() > MAX_PATH_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("it is no path");
          }
          return text;
        },
        Function.identity(),
        () -> node("string"));
  }

  /** A method by its label. */
  public static SettingType<MethodId> method() {
    return choice(List.of(MethodId.values()), MethodId::label);
  }

  /** One of some values that are written as their labels. */
  public static <E> SettingType<E> choice(List<E> values, Function<E, String> label) {
    List<String> labels = values.stream().map(label).toList();
    return new SettingType<>(
        "one of " + String.join(", ", labels),
        "",
        text -> {
          int index = labels.indexOf(text);
          if (index < 0) {
            throw new IllegalArgumentException(
                "'%s' is unknown%s".formatted(text, Suggestion.didYouMean(text, labels)));
          }
          return values.get(index);
        },
        label,
        () -> {
          ObjectNode node = JsonNodeFactory.instance.objectNode();
          labels.forEach(node.withArray("enum")::add);
          return node;
        });
  }

  /** A number of bytes, with a suffix k, m, g or t (powers of 1024) if wanted. */
  public static SettingType<Long> bytes(long min, long max) {
    String range =
        "a size from %s to %s (suffixes k, m, g and t are powers of 1024)"
            .formatted(ByteSize.print(min), ByteSize.print(max));
    return new SettingType<>(
        range,
        "bytes",
        text -> {
          long value = ByteSize.parse(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException(text + " is out of range");
          }
          return value;
        },
        ByteSize::print,
        () -> {
          ObjectNode node = JsonNodeFactory.instance.objectNode();
          node.withArray("type").add("integer").add("string");
          return node.put("pattern", "^[0-9]+[kKmMgGtT]?$");
        });
  }

  /** A pattern for names of tensors. */
  public static SettingType<NameGlob> nameGlob() {
    return new SettingType<>(
        "a pattern of names, where * stands for any characters and ? for one",
        "",
        NameGlob::new,
        NameGlob::pattern,
        () -> node("string"));
  }

  /** A number of models, or a share of them. */
  public static SettingType<FailureLimit> failureLimit() {
    return new SettingType<>(
        "a count of models (0, 3) or, with a decimal point, a share of them from 0.0 to 1.0",
        "",
        FailureLimit::parse,
        FailureLimit::toString,
        () -> node("number").put("minimum", 0));
  }

  /** A shape of shared codebooks. */
  public static SettingType<SharedShape> sharedShape() {
    return new SettingType<>(
        "MxKxd or MxKxd:λ with M from 1 to %d, K a power of two from %d to %d, d from 1 to %d and λ from 0 to %s, as 4x256x9"
            .formatted(
                CodeShape.MOST_CODEBOOKS,
                AdditiveParams.FEWEST_CODEWORDS,
                CodeShape.MOST_CODEWORDS,
                CodeShape.LARGEST_DIMENSION,
                print(MOST_LAMBDA)),
        "",
        SettingType::parseSharedShape,
        shape -> "%s:%s".formatted(shape.codes().text(), print(shape.lambda())),
        () -> node("string").put("pattern", "^[0-9]+x[0-9]+x[0-9]+(:.+)?$"));
  }

  private static SharedShape parseSharedShape(String text) {
    Matcher found = SHARED_SHAPE.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("'%s' is not written so".formatted(text));
    }
    CodeShape codes = codeShape(text, found);
    if (found.group(4) == null) {
      return SharedShape.of(codes);
    }
    double lambda = decimal(found.group(4)).doubleValue();
    if (!(lambda >= 0 && lambda <= MOST_LAMBDA)) {
      throw new IllegalArgumentException("'%s' has a λ out of range".formatted(text));
    }
    return new SharedShape(codes, lambda);
  }

  /** Sizes of an additive code. */
  public static SettingType<CodeShape> codeShape() {
    return new SettingType<>(
        "MxKxd with M from 1 to %d, K a power of two from %d to %d and d from 1 to %d, as 4x64x9"
            .formatted(
                CodeShape.MOST_CODEBOOKS,
                AdditiveParams.FEWEST_CODEWORDS,
                CodeShape.MOST_CODEWORDS,
                CodeShape.LARGEST_DIMENSION),
        "",
        SettingType::parseCodeShape,
        CodeShape::text,
        () -> node("string").put("pattern", "^[0-9]+x[0-9]+x[0-9]+$"));
  }

  private static CodeShape parseCodeShape(String text) {
    Matcher found = SHARED_SHAPE.matcher(text);
    if (!found.matches() || found.group(4) != null) {
      throw new IllegalArgumentException("'%s' is not written so".formatted(text));
    }
    return codeShape(text, found);
  }

  private static CodeShape codeShape(String text, Matcher found) {
    int codebooks = Integer.parseInt(found.group(1));
    int codewords = Integer.parseInt(found.group(2));
    int dimension = Integer.parseInt(found.group(3));
    if (codebooks < 1 || codebooks > CodeShape.MOST_CODEBOOKS) {
      throw new IllegalArgumentException("'%s' has %d codebooks".formatted(text, codebooks));
    }
    if (codewords < AdditiveParams.FEWEST_CODEWORDS
        || codewords > CodeShape.MOST_CODEWORDS
        || Integer.bitCount(codewords) != 1) {
      throw new IllegalArgumentException("'%s' has %d codewords".formatted(text, codewords));
    }
    if (dimension < 1 || dimension > CodeShape.LARGEST_DIMENSION) {
      throw new IllegalArgumentException(
          "'%s' has vectors of %d weights".formatted(text, dimension));
    }
    return new CodeShape(codebooks, codewords, dimension);
  }

  /** The same, or nothing. */
  public static <T> SettingType<Optional<T>> optional(SettingType<T> type) {
    return new SettingType<>(
        type.range,
        type.unit,
        text -> text.isEmpty() ? Optional.empty() : Optional.of(type.parse(text)),
        value -> value.map(type.printer).orElse(""),
        type.schema);
  }

  /** Several, separated by commas, none of them twice. */
  public static <T> SettingType<List<T>> list(SettingType<T> item, int minSize) {
    return new SettingType<>(
        "a list, separated by commas, each " + item.range,
        item.unit,
        text -> {
          List<T> values = new ArrayList<>();
          for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            T value = item.parse(part);
            if (values.contains(value)) {
              throw new IllegalArgumentException(part.strip() + " is given twice");
            }
            values.add(value);
          }
          if (values.size() < minSize) {
            throw new IllegalArgumentException("the list is empty");
          }
          return List.copyOf(values);
        },
        values -> values.stream().map(item.printer).collect(Collectors.joining(",")),
        () -> {
          ObjectNode array = node("array").put("minItems", minSize).put("uniqueItems", true);
          array.set("items", item.schema.get());
          ObjectNode either = JsonNodeFactory.instance.objectNode();
          either.withArray("anyOf").add(array).add(item.schema.get());
          return either;
        });
  }

  private static SettingType<Long> whole(String range, long min, long max) {
    return new SettingType<>(
        range,
        "",
        text -> {
          BigDecimal value = decimal(text);
          // A literal such as 1e999999999 must not be written out in full.
          if (value.scale() < -20
              || value.compareTo(BigDecimal.valueOf(min)) < 0
              || value.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new IllegalArgumentException(text + " is out of range");
          }
          try {
            return value.longValueExact();
          } catch (ArithmeticException e) {
            throw new IllegalArgumentException(text + " is not a whole number", e);
          }
        },
        String::valueOf,
        () -> {
          ObjectNode node = node("integer");
          if (min != Long.MIN_VALUE) {
            node.put("minimum", min);
          }
          if (max < Integer.MAX_VALUE) {
            node.put("maximum", max);
          }
          return node;
        });
  }

  private <U> SettingType<U> map(Function<T, U> to, Function<U, T> from) {
    return new SettingType<>(range, unit, parser.andThen(to), from.andThen(printer), schema);
  }

  private SettingType<T> withSchema(Supplier<ObjectNode> newSchema) {
    return new SettingType<>(range, unit, parser, printer, newSchema);
  }

  private static ObjectNode node(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static BigDecimal decimal(String text) {
    // Not Double.parseDouble: it takes 4f, 0x1p3 and NaN, which nobody means.
    if (text.length() > MAX_NUMBER_LENGTH) {
      throw new IllegalArgumentException(
          "it is longer than %d characters".formatted(MAX_NUMBER_LENGTH));
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  /** Without exponent or trailing zeros where that is short: 4, 0.0001. */
  static String print(double value) {
    double magnitude = Math.abs(value);
    return magnitude == 0
        ? "0"
        : magnitude >= 1e-9 && magnitude < 1e15
            ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
            : Double.toString(value);
  }
}
