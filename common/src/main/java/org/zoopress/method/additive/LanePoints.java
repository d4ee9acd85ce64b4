package org.zoopress.method.additive;

import java.util.Arrays;

/** Up to {@link CodewordKernels#POINTS} vectors, transposed as the kernels read them. */
final class LanePoints {
  private static final int POINTS = CodewordKernels.POINTS;

  private final int dimension;
  private final float[] transposed;

  LanePoints(int dimension) {
    this.dimension = dimension;
    this.transposed = new float[CodewordTable.paddedDimension(dimension) * POINTS];
  }

  /** Puts the vector that starts at {@code from} into a lane. */
  void put(int lane, float[] vectors, int from) {
    for (int j = 0; j < dimension; j++) {
      transposed[j * POINTS + lane] = vectors[from + j];
    }
  }

  /** Puts the sum of two vectors into a lane. */
  void putSum(int lane, float[] a, int fromA, float[] b, int fromB) {
    for (int j = 0; j < dimension; j++) {
      transposed[j * POINTS + lane] = a[fromA + j] + b[fromB + j];
    }
  }

  /** Puts the vector that another one has in that lane, less a vector, into the lane. */
  void putDifference(int lane, LanePoints other, float[] b, int fromB) {
    for (int j = 0; j < dimension; j++) {
      transposed[j * POINTS + lane] = other.transposed[j * POINTS + lane] - b[fromB + j];
    }
  }

  /** Takes over all lanes of another one of equal dimension. */
  void copyFrom(LanePoints other) {
    System.arraycopy(other.transposed, 0, transposed, 0, transposed.length);
  }

  /** Takes a vector off the one in a lane. */
  void subtract(int lane, float[] b, int fromB) {
    for (int j = 0; j < dimension; j++) {
      transposed[j * POINTS + lane] -= b[fromB + j];
    }
  }

  /** Writes the vector of a lane less another one. */
  void getDifference(int lane, float[] b, int fromB, float[] difference, int to) {
    for (int j = 0; j < dimension; j++) {
      difference[to + j] = transposed[j * POINTS + lane] - b[fromB + j];
    }
  }

  /** Empties the lanes from {@code lane} on, so that what was in them before changes no time. */
  void clearFrom(int lane) {
    if (lane < POINTS) {
      for (int at = 0; at < transposed.length; at += POINTS) {
        Arrays.fill(transposed, at + lane, at + POINTS, 0);
      }
    }
  }

  /** Padded dimension × {@link CodewordKernels#POINTS}; not a copy. */
  float[] transposed() {
    return transposed;
  }
}
