package org.zoopress.datafree;

import java.lang.management.ManagementFactory;

/** CPU time of the thread that asks. */
final class CpuTime {
  private static final double NANOS = 1e-9;

  private CpuTime() {}

  static double seconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * NANOS;
  }
}
