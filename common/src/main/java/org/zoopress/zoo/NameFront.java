package org.zoopress.zoo;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;

/**
 * Front coding of names by their parts: what a name has in common with the one before it is a
 * number, and a part that counts up is an increment.
 *
 * <p>A part is a run of digits, or a run of other characters up to and with a separator ({@code . /
 * : _}). Written are
 *
 * <pre>
 *   byte    32 + number of parts kept, 0 to 31
 *   byte    1 to 15, only if the next part is the other name's next number plus that, with leading
 *           zeros up to the same width
 *   bytes   the rest, then 0 </pre>
 *
 * <p>{@code layer1.1.conv1.weight} after {@code layer1.0.conv2.weight} keeps three parts, adds one,
 * and has {@code .conv1.weight} left. Names are bytes, one in each character.
 */
final class NameFront {
  /** Codes below are free for callers. */
  static final int FIRST_CODE = 32;

  private static final int MAX_KEPT = 31;
  private static final int MAX_STEP = 15;
  private static final int MAX_DIGITS = 9;

  /** Bounds the time that repeated long names take. */
  private static final int MAX_LENGTH = 4096;

  private String last = "";

  /** Sets what the next name is compared with. */
  void set(String name) {
    last = name;
  }

  void write(ByteWriter out, String name) throws NotExpressibleException {
    List<String> before = parts(last);
    List<String> now = parts(name);
    int kept = 0;
    while (kept < Math.min(MAX_KEPT, Math.min(before.size(), now.size()))
        && before.get(kept).equals(now.get(kept))) {
      kept++;
    }
    int step =
        kept < before.size() && kept < now.size() ? step(before.get(kept), now.get(kept)) : 0;
    String rest = String.join("", now.subList(step > 0 ? kept + 1 : kept, now.size()));
    if (name.length() > MAX_LENGTH || !rest.isEmpty() && rest.charAt(0) <= MAX_STEP) {
      throw new NotExpressibleException("a name that is too long or has control characters");
    }
    out.writeByte(FIRST_CODE + kept);
    if (step > 0) {
      out.writeByte(step);
    }
    SkeletonBytes.writeText(out, rest);
    last = name;
  }

  /** Inverse of {@link #write}, with its first byte given. */
  String read(ByteReader in, int code) {
    List<String> before = parts(last);
    int kept = code - FIRST_CODE;
    if (kept < 0 || kept > before.size()) {
      throw new CorruptDataException("a name keeps %d of %d parts".formatted(kept, before.size()));
    }
    StringBuilder name = new StringBuilder(String.join("", before.subList(0, kept)));
    int next = in.readByte();
    if (next > 0 && next <= MAX_STEP) {
      String number = kept < before.size() ? before.get(kept) : "";
      if (!isNumber(number)) {
        throw new CorruptDataException("a name counts up from '%s'".formatted(number));
      }
      name.append(plus(number, next));
      next = in.readByte();
    }
    for (; next != 0; next = in.readByte()) {
      name.append((char) next);
    }
    if (name.length() > MAX_LENGTH) {
      throw new CorruptDataException("a name of %d bytes".formatted(name.length()));
    }
    last = name.toString();
    return last;
  }

  private static int step(String before, String now) {
    if (!isNumber(before) || !isNumber(now)) {
      return 0;
    }
    int step = Integer.parseInt(now) - Integer.parseInt(before);
    return step > 0 && step <= MAX_STEP && plus(before, step).equals(now) ? step : 0;
  }

  private static String plus(String number, int step) {
    String sum = Integer.toString(Integer.parseInt(number) + step);
    return "0".repeat(Math.max(0, number.length() - sum.length())) + sum;
  }

  private static boolean isNumber(String part) {
    return !part.isEmpty() && part.length() <= MAX_DIGITS && isDigit(part.charAt(0));
  }

  static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= name.length(); i++) {
      if (i == name.length()
          || isDigit(name.charAt(i)) != isDigit(name.charAt(i - 1))
          || isSeparator(name.charAt(i - 1))) {
        parts.add(name.substring(begin, i));
        begin = i;
      }
    }
    return parts;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSeparator(char c) {
    return c == '.' || c == '/' || c == ':' || c == '_';
  }
}
