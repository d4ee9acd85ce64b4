package org.zoopress.method.secondorder;

/** Which columns make a vector; the ordinal is part of the stored format. */
public enum BlockKind {
  /** Consecutive input channels of one frequency. */
  FREQUENCY,
  /** Frequencies of one input channel. */
  KERNEL;

  /** Vectors of an odd square above 1, as 9 or 25, are kernels. */
  public static BlockKind of(int dimension) {
    int side = (int) Math.round(Math.sqrt(dimension));
    return dimension > 1 && side % 2 == 1 && side * side == dimension ? KERNEL : FREQUENCY;
  }
}
