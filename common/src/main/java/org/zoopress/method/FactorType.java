package org.zoopress.method;

/** How {@link FactorCoder} stores the numbers of a factor; {@link #code} is part of the format. */
public enum FactorType {
  /** As they are. */
  F32(0),
  /** Rounded to 11 significant bits: binary16 with one common power of two. */
  F16(1),
  /** Multiples of a step, entropy coded. */
  INTEGER(2);

  private final int code;

  FactorType(int code) {
    this.code = code;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }
}
