package org.zoopress.autograd;

/** What batch normalization subtracts and divides by. */
public enum BatchStatistics {
  /** The mean and variance stored in the network: inference. */
  STORED,
  /**
   * The mean and the biased variance of the batch at hand, over all modes but the channel's. The
   * stored ones stay as they are.
   */
  BATCH
}
