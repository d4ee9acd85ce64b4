package org.zoopress.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text with aligned columns, two blanks between them. */
final class TextTable {
  private final List<String> columns;
  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  /** Columns by their names; a name that begins with {@code >} is aligned to the right. */
  TextTable(String... columns) {
    this(List.of(columns));
  }

  /** The same from a list. */
  TextTable(List<String> columns) {
    right = new boolean[columns.size()];
    List<String> names = new ArrayList<>();
    for (int c = 0; c < right.length; c++) {
      right[c] = columns.get(c).startsWith(">");
      names.add(printable(right[c] ? columns.get(c).substring(1) : columns.get(c)));
    }
    this.columns = names;
  }

  /** Aligns to the right the columns in which every cell reads as a number. */
  TextTable alignNumbers() {
    for (int c = 0; c < right.length; c++) {
      int column = c;
      right[c] =
          !rows.isEmpty()
              && rows.stream().allMatch(row -> row.get(column).matches("-?[\\d.,]+(e-?\\d+)?|"));
    }
    return this;
  }

  /** Adds a row with a cell a column. */
  TextTable row(String... cells) {
    return row(List.of(cells));
  }

  /** The same from a list. */
  TextTable row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.size(), columns.size()));
    }
    rows.add(cells.stream().map(TextTable::printable).toList());
    return this;
  }

  /** Header, a line of dashes, rows; each line ends with a line feed and has no trailing blanks. */
  @Override
  public String toString() {
    int[] widths = new int[columns.size()];
    List<String> dashes = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      widths[c] = width(columns.get(c));
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], width(row.get(c)));
      }
      dashes.add("-".repeat(widths[c]));
    }
    StringBuilder text = new StringBuilder();
    append(text, columns, widths);
    append(text, dashes, widths);
    rows.forEach(row -> append(text, row, widths));
    return text.toString();
  }

  /**
   * Names come from files of strangers: a control character in one must not move the cursor or
   * colour the terminal.
   */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", "?");
  }

  private void append(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - width(cells.get(c)));
      line.append(c == 0 ? "" : "  ")
          .append(right[c] ? padding + cells.get(c) : cells.get(c) + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
