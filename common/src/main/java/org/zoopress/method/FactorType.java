package org.zoopress.method;

/** How {@link FactorCoder} stores the numbers of a factor; {@link #code} is part of the format. */
public enum FactorType {
  /** As they are. */
  F32(0, 1e-13),
  /** Rounded to 11 significant bits: binary16 with one common power of two. */
  F16(1, 1e-7),
  /** Multiples of a step, entropy coded. */
  INTEGER(2, 0);

  private final int code;
  private final double relativeRounding;

  FactorType(int code, double relativeRounding) {
    this.code = code;
    this.relativeRounding = relativeRounding;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }

  /**
   * Beside what rounding to this type leaves, a decomposition of this relative error ‖W − Ŵ‖²/‖W‖²
   * counts as exact; 0 for integers, which have any precision.
   */
  public double relativeRounding() {
    return relativeRounding;
  }
}
