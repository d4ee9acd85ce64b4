package org.zoopress.config;

import java.math.BigDecimal;

/**
 * How many models of a run may fail.
 *
 * @param value a count, or a share from 0 to 1
 * @param isShare which of the two; in text the decimal point decides: {@code 1} is one model,
 *     {@code 1.0} is all of them
 */
public record FailureLimit(double value, boolean isShare) {

  /** Reads a count or, with a decimal point, a share. */
  static FailureLimit parse(String text) {
    if (text.matches("\\d{1,9}")) {
      return new FailureLimit(Integer.parseInt(text), false);
    }
    if (text.matches("\\d\\.\\d{1,18}")) {
      double share = new BigDecimal(text).doubleValue();
      if (share <= 1) {
        return new FailureLimit(share, true);
      }
    }
    throw new IllegalArgumentException("'" + text + "' is neither");
  }

  /**
   * Whether so many failures are too many.
   *
   * @param failed models that failed
   * @param models all models of the run
   */
  public boolean isExceededBy(int failed, int models) {
    return failed > (isShare ? value * models : value);
  }

  @Override
  public String toString() {
    String text = SettingType.print(value);
    return isShare && text.indexOf('.') < 0 ? text + ".0" : text;
  }
}
