package org.zoopress.job;

import java.util.List;
import java.util.Locale;

/** What is in a file or archive: headings with plain tables. */
public record InspectReport(String title, List<Section> sections) {

  /** A table: every row has as many cells as there are columns. */
  public record Section(String heading, List<String> columns, List<List<String>> rows) {}

  /** A measured value as a cell, four significant digits; empty if there is none. */
  static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4g", value);
  }
}
