package org.zoopress.method.scalar;

import java.io.Serializable;
import org.zoopress.error.Check;
import org.zoopress.error.UserInputException;

/**
 * How finely to quantize, as {@code kind=value}.
 *
 * @param kind what the value counts
 * @param value positive and finite
 */
public record OperatingPoint(Kind kind, double value) implements Serializable {
  /** What an operating point fixes. */
  public enum Kind {
    /** Stored bits a weight, everything counted; the step is searched for. At most 20. */
    BITS("bits"),
    /** Distance of neighbouring reconstruction points, in units of the weights. */
    STEP("step"),
    /** The same in units of the root mean square of the partition. */
    RELATIVE_STEP("relative-step");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** Name in settings and tables. */
    public String label() {
      return label;
    }
  }

  /** More bits than a float32 has in its significand serve nobody. */
  private static final double MOST_BITS = 20;

  /** Checks the ranges. */
  public OperatingPoint {
    Check.argument(
        value > 0 && value < Double.POSITIVE_INFINITY,
        "Cannot quantize at %s=%s: it must be positive and finite.",
        kind.label,
        value);
    Check.argument(
        kind != Kind.BITS || value <= MOST_BITS,
        "Cannot quantize at bits=%s: at most %s are possible. Use the lossless method.",
        value,
        MOST_BITS);
  }

  /** {@code bits=value}. */
  public static OperatingPoint bits(double value) {
    return new OperatingPoint(Kind.BITS, value);
  }

  /** {@code step=value}. */
  public static OperatingPoint step(double value) {
    return new OperatingPoint(Kind.STEP, value);
  }

  /** {@code relative-step=value}. */
  public static OperatingPoint relativeStep(double value) {
    return new OperatingPoint(Kind.RELATIVE_STEP, value);
  }

  /** Inverse of {@link #toString}. */
  public static OperatingPoint parse(String text) {
    int equals = text.indexOf('=');
    for (Kind kind : Kind.values()) {
      if (equals > 0 && kind.label.equals(text.substring(0, equals).strip())) {
        try {
          return new OperatingPoint(kind, Double.parseDouble(text.substring(equals + 1).strip()));
        } catch (NumberFormatException e) {
          throw new UserInputException(
              "Cannot read operating point '%s': no number behind '='. Write for instance bits=4."
                  .formatted(text),
              e);
        }
      }
    }
    throw new UserInputException(
        "Cannot read operating point '%s': its kind must be bits, step or relative-step. Write for instance bits=4."
            .formatted(text));
  }

  /** {@code bits=4}, {@code step=0.01}. */
  @Override
  public String toString() {
    boolean whole = value == Math.rint(value) && value < 1e7;
    return kind.label + "=" + (whole ? Long.toString((long) value) : Float.toString((float) value));
  }
}
