package org.zoopress.cli;

import java.util.Locale;

/** Numbers for people; exact ones are in the JSON. */
final class Units {
  private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};

  private Units() {}

  /** {@code 512 B}, {@code 1.50 MiB}: three digits, powers of 1024. */
  static String bytes(long bytes) {
    if (Math.abs(bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    int unit = 0;
    while (Math.abs(value) >= 1023.5 && unit < BYTE_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    int decimals = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, BYTE_UNITS[unit]);
  }

  /** {@code 12,345}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 8.13x}; a dash if there is no such number. */
  static String ratio(double ratio) {
    return number("%.2fx", ratio);
  }

  /** {@code 0.0231}, {@code 1.2e-05}: a squared error relative to the squared weights. */
  static String error(double error) {
    return error == 0 ? "0" : number(Math.abs(error) >= 1e-4 ? "%.4f" : "%.1e", error);
  }

  /** {@code 91.64 %} of a share between 0 and 1. */
  static String percent(double share) {
    return number("%.2f %%", 100 * share);
  }

  /** {@code 0.4 s}, {@code 75 s}, {@code 12 min}, {@code 3.4 h}. */
  static String duration(double seconds) {
    return seconds < 9.95
        ? number("%.1f s", seconds)
        : seconds < 180
            ? number("%.0f s", seconds)
            : seconds < 10_800
                ? number("%.0f min", seconds / 60)
                : number("%.1f h", seconds / 3600);
  }

  /** A number in the given format; a dash if it is not finite. */
  static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
  }
}
