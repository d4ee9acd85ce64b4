package org.zoopress.job;

import java.util.List;

/** What is in a file or archive: headings with plain tables. */
public record InspectReport(String title, List<Section> sections) {

  /** A table: every row has as many cells as there are columns. */
  public record Section(String heading, List<String> columns, List<List<String>> rows) {}
}
