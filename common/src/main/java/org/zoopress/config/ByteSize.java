package org.zoopress.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes with the suffixes k, m, g and t: powers of 1024, as Spark reads them. */
final class ByteSize {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})([kmgt]?)");
  private static final String SUFFIXES = "kmgt";

  private ByteSize() {}

  /** Reads {@code 64m} or {@code 67108864}. */
  static long parse(String text) {
    Matcher match = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a size such as 64m or 1000000");
    }
    int exponent = match.group(2).isEmpty() ? 0 : SUFFIXES.indexOf(match.group(2)) + 1;
    try {
      return Math.multiplyExact(Long.parseLong(match.group(1)), 1L << (10 * exponent));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(text + " is out of range", e);
    }
  }

  /** With the largest suffix that leaves a whole number. */
  static String print(long bytes) {
    long value = bytes;
    int exponent = 0;
    while (value != 0 && value % 1024 == 0 && exponent < SUFFIXES.length()) {
      value /= 1024;
      exponent++;
    }
    return exponent == 0
        ? Long.toString(value)
        : value + SUFFIXES.substring(exponent - 1, exponent);
  }
}
