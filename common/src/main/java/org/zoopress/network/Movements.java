package org.zoopress.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.zoopress.tensor.Shape;

/** Arithmetic of operations that only move elements; shared by shapes and by folding. */
final class Movements {
  private Movements() {}

  /** A mode, which may be counted from the end. */
  static int axis(NetworkErrors errors, NetworkNode node, long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw errors.broken(node, "its axis is %d, its input has rank %d", axis, rank);
    }
    return (int) counted;
  }

  /**
   * A slice along one mode: {@code start, start + step, …}, clamped as ONNX clamps.
   *
   * @param count of elements, perhaps 0
   */
  record Range(long start, long step, long count) {
    static Range of(long start, long end, long step, long size) {
      if (size == 0) {
        return new Range(0, step, 0);
      }
      boolean forward = step > 0;
      // Backwards, −1 stands in front of the first element.
      long first = clamp(start < 0 ? start + size : start, 0, forward ? size : size - 1);
      long last = clamp(end < 0 ? end + size : end, forward ? 0 : -1, forward ? size : size - 1);
      long distance = forward ? last - first : first - last;
      // The step's size as a positive number, also of the smallest long.
      long stride = Math.max(1, Math.min(Math.abs(Math.max(step, -Long.MAX_VALUE)), size + 1));
      long count = distance <= 0 ? 0 : (distance - 1) / stride + 1;
      return new Range(first, forward ? stride : -stride, count);
    }

    private static long clamp(long value, long least, long most) {
      return Math.max(least, Math.min(most, value));
    }
  }

  /**
   * The shape after a Reshape: 0 keeps a size unless {@code keepZero}, one −1 takes what is left.
   */
  static Optional<Shape> reshaped(Shape shape, long[] target, boolean keepZero) {
    long[] dims = target.clone();
    int open = -1;
    long known = 1;
    for (int k = 0; k < dims.length; k++) {
      if (dims[k] == 0 && !keepZero) {
        if (k >= shape.rank()) {
          return Optional.empty();
        }
        dims[k] = shape.dim(k);
      }
      if (dims[k] < -1 || dims[k] == -1 && open >= 0) {
        return Optional.empty();
      }
      if (dims[k] == -1) {
        open = k;
      } else {
        known = Math.multiplyExact(known, dims[k]);
      }
    }
    if (open >= 0) {
      if (known == 0 || shape.elements() % known != 0) {
        return Optional.empty();
      }
      dims[open] = shape.elements() / known;
    }
    Shape result = Shape.of(dims);
    return result.elements() == shape.elements() ? Optional.of(result) : Optional.empty();
  }

  /** The order of a Transpose, reversed if none is given; empty if it is no permutation. */
  static int[] order(List<Long> permutation, int rank) {
    int[] order = new int[rank];
    if (permutation.isEmpty()) {
      Arrays.setAll(order, k -> rank - 1 - k);
      return order;
    }
    boolean[] seen = new boolean[rank];
    if (permutation.size() != rank) {
      return new int[0];
    }
    for (int k = 0; k < rank; k++) {
      long mode = permutation.get(k) < 0 ? permutation.get(k) + rank : permutation.get(k);
      if (mode < 0 || mode >= rank || seen[(int) mode]) {
        return new int[0];
      }
      seen[(int) mode] = true;
      order[k] = (int) mode;
    }
    return order;
  }

  /** Sizes of the modes that stay. */
  static List<Long> without(Shape shape, boolean[] gone) {
    List<Long> dims = new ArrayList<>();
    for (int k = 0; k < gone.length; k++) {
      if (!gone[k]) {
        dims.add(shape.dim(k));
      }
    }
    return dims;
  }

  /** Sizes with modes of size 1 among them. */
  static long[] with(Shape shape, boolean[] added) {
    long[] dims = new long[added.length];
    int next = 0;
    for (int k = 0; k < added.length; k++) {
      dims[k] = added[k] ? 1 : shape.dim(next++);
    }
    return dims;
  }

  /** 0, 1, …, count − 1. */
  static long[] firstAxes(int count) {
    long[] axes = new long[count];
    Arrays.setAll(axes, k -> k);
    return axes;
  }

  /** The default steps of a slice. */
  static long[] ones(int count) {
    long[] steps = new long[count];
    Arrays.fill(steps, 1);
    return steps;
  }
}
