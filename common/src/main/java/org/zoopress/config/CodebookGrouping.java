package org.zoopress.config;

/** Which layers have shared codebooks together. */
public enum CodebookGrouping {
  /** All of them. */
  ONE("one"),
  /** Those of one kernel size. */
  KERNEL("kernel"),
  /** As the data say: apart where that saves more bits than another set of codebooks takes. */
  AUTO("auto");

  private final String label;

  CodebookGrouping(String label) {
    this.label = label;
  }

  /** Name in settings. */
  public String label() {
    return label;
  }
}
