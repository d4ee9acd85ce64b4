package org.zoopress.config;

/** Over what a budget is counted. */
public enum TargetScope {
  /** One budget for all models of the run together. */
  RUN("run"),
  /** The same budget for each model by itself. */
  MODEL("model");

  private final String label;

  TargetScope(String label) {
    this.label = label;
  }

  /** Name in settings. */
  public String label() {
    return label;
  }
}
