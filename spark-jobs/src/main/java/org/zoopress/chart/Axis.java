package org.zoopress.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to the stretch from 0 to 1 and says where the ticks are.
 *
 * @param title quantity and unit
 * @param scale how values are spread
 * @param low value at 0
 * @param high value at 1
 * @param ticks values with a label, inside the range
 */
public record Axis(String title, Scale scale, double low, double high, List<Tick> ticks) {

  /** How values are spread over an axis. */
  public enum Scale {
    /** Equal differences are equal lengths. */
    LINEAR,
    /** Equal ratios are equal lengths; positive values only. */
    LOGARITHMIC,
    /** For shares near 1: equal ratios of what is missing to 1 are equal lengths. */
    SHARE_OF_ONE
  }

  /** A value and what is written beside it. */
  public record Tick(double value, String label) {}

  /** What is missing to 1 counts as at least this: all right is drawn, not infinitely far away. */
  private static final double LEAST_MISSING = 5e-4;

  private static final double[] SHARES = {0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998};

  /**
   * Whole numbers around the values.
   *
   * @param values at least one, finite
   */
  public static Axis linear(String title, List<Double> values) {
    double low = Math.floor(min(values));
    double high = Math.max(low + 1, Math.ceil(max(values)));
    double step = Math.max(1, Math.ceil((high - low) / 10));
    List<Tick> ticks = new ArrayList<>();
    for (double value = low; value <= high; value += step) {
      ticks.add(new Tick(value, String.format(Locale.ROOT, "%.0f", value)));
    }
    return new Axis(title, Scale.LINEAR, low, high, ticks);
  }

  /**
   * Powers of ten around the values.
   *
   * @param values at least one, positive
   */
  public static Axis logarithmic(String title, List<Double> values) {
    int from = (int) Math.floor(Math.log10(min(values)));
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(max(values))));
    List<Tick> ticks = new ArrayList<>();
    for (int power = from; power <= to; power++) {
      ticks.add(
          new Tick(
              Math.pow(10, power),
              power == 0 ? "1" : power == -1 ? "0.1" : power == -2 ? "0.01" : "1e" + power));
    }
    return new Axis(title, Scale.LOGARITHMIC, Math.pow(10, from), Math.pow(10, to), ticks);
  }

  /**
   * Shares in percent, drawn apart near 100 %.
   *
   * @param values at least one, from 0 to 1
   */
  public static Axis shares(String title, List<Double> values) {
    double low = 0;
    for (double share : SHARES) {
      low = share <= Math.min(min(values), 0.9) ? share : low;
    }
    List<Tick> ticks = new ArrayList<>();
    for (double share : SHARES) {
      if (share >= low) {
        double percent = Math.rint(1000 * share) / 10;
        ticks.add(
            new Tick(
                share,
                percent == Math.rint(percent)
                    ? String.format(Locale.ROOT, "%.0f", percent)
                    : Double.toString(percent)));
      }
    }
    ticks.add(new Tick(1, "100"));
    return new Axis(title, Scale.SHARE_OF_ONE, low, 1, ticks);
  }

  /** Place of a value: 0 at {@code low}, 1 at {@code high}. */
  public double place(double value) {
    return (spread(value) - spread(low)) / (spread(high) - spread(low));
  }

  /** Whether the value has a place on the axis. */
  public boolean holds(double value) {
    return Double.isFinite(value) && place(value) >= -1e-9 && place(value) <= 1 + 1e-9;
  }

  private double spread(double value) {
    return switch (scale) {
      case LINEAR -> value;
      case LOGARITHMIC -> Math.log(value);
      case SHARE_OF_ONE -> -Math.log(Math.max(LEAST_MISSING, 1 - value));
    };
  }

  private static double min(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  private static double max(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
