package org.zoopress.job;

import org.zoopress.datafree.NetworkSolution;

/** Compresses networks without data, by {@code org.zoopress.datafree}. */
final class DataFreeNetworks implements NetworkMethod {
  private static final long serialVersionUID = 1L;

  @Override
  public NetworkSolution solve(Work work) {
    throw new UnsupportedOperationException("no solver yet");
  }
}
