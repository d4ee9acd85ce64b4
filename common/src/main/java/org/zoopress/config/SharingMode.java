package org.zoopress.config;

/** Where codebooks that many tensors share come from. */
public enum SharingMode {
  /** Nowhere: every tensor has its own. */
  NONE("none"),
  /** Trained for the run. */
  FRESH("fresh"),
  /** The newest of the archive; trained where it has none. */
  REUSE("reuse"),
  /** The newest of the archive, trained further on what is new; trained where it has none. */
  EXTEND("extend");

  private final String label;

  SharingMode(String label) {
    this.label = label;
  }

  /** Name in settings. */
  public String label() {
    return label;
  }
}
