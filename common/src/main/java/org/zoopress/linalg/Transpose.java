package org.zoopress.linalg;

/** Whether a matrix enters a product as it is or transposed. */
public enum Transpose {
  NO("N"),
  YES("T");

  private final String blasName;

  Transpose(String blasName) {
    this.blasName = blasName;
  }

  String blasName() {
    return blasName;
  }

  Transpose flipped() {
    return this == NO ? YES : NO;
  }
}
