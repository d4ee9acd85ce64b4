package org.zoopress.datasets.glyph;

/** Disjoint streams of samples under one seed. */
public enum Split {
  /** Unlimited samples for training. */
  TRAINING,
  /** For choices made while developing: sizes, learning rates. */
  VALIDATION,
  /** For the figures that are reported; the shipped test set is a prefix of it. */
  TEST
}
