package org.zoopress.method.secondorder;

/** Which columns make a vector; the ordinal is part of the stored format. */
public enum BlockKind {
  /** Consecutive input channels of one frequency. */
  FREQUENCY,
  /** Frequencies of one input channel. */
  KERNEL
}
