package org.zoopress.config;

/** What becomes of a tensor with NaN or infinite values. */
public enum NonFinitePolicy {
  /** Its model fails and becomes a row with the reason. */
  FAIL("fail"),
  /** It is stored losslessly, bit for bit. */
  LOSSLESS("lossless");

  private final String label;

  NonFinitePolicy(String label) {
    this.label = label;
  }

  /** Name in settings. */
  public String label() {
    return label;
  }
}
