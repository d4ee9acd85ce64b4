package org.zoopress.autograd;

/** Axes counted from the end when negative. */
final class Axes {
  private Axes() {}

  /**
   * @throws IllegalArgumentException if a tensor of that rank has no such axis
   */
  static long of(long axis, long rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException("axis " + axis + " of a tensor of rank " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }
}
