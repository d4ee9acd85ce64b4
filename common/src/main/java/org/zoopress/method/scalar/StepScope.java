package org.zoopress.method.scalar;

/** Which weights share a step. */
public enum StepScope {
  /** All of the partition: least total squared error at a given size. */
  PER_TENSOR,
  /**
   * One output channel (row): the step follows the channel's root mean square, so that every
   * channel has about the same relative error.
   */
  PER_CHANNEL
}
