package org.zoopress.network;

import java.util.Optional;

/** ONNX's multidirectional broadcasting: sizes are aligned at the end, and 1 goes with any. */
final class Broadcast {
  private Broadcast() {}

  /** The common sizes; empty if there are none. */
  static Optional<long[]> dims(long[] a, long[] b) {
    long[] dims = new long[Math.max(a.length, b.length)];
    for (int k = 1; k <= dims.length; k++) {
      long left = k <= a.length ? a[a.length - k] : 1;
      long right = k <= b.length ? b[b.length - k] : 1;
      if (left != right && left != 1 && right != 1) {
        return Optional.empty();
      }
      dims[dims.length - k] = left == 1 ? right : left;
    }
    return Optional.of(dims);
  }
}
