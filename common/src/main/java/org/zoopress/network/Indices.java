package org.zoopress.network;

import org.zoopress.tensor.Shape;

/** Where the elements of one small tensor lie in another. Row-major; at most 2^31 − 1 elements. */
final class Indices {
  private Indices() {}

  /** Elements from one index of a mode to the next. */
  static long[] strides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long step = 1;
    for (int k = strides.length - 1; k >= 0; k--) {
      strides[k] = step;
      step *= shape.dim(k);
    }
    return strides;
  }

  /** For each element of {@code shape}: {@code first + Σ_k i_k · strides_k} of its indices i. */
  static int[] strided(Shape shape, long first, long[] strides) {
    int[] indices = new int[Math.toIntExact(shape.elements())];
    long[] index = new long[shape.rank()];
    long position = first;
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (int) position;
      for (int k = index.length - 1; k >= 0; k--) {
        position += strides[k];
        if (++index[k] < shape.dim(k)) {
          break;
        }
        position -= index[k] * strides[k];
        index[k] = 0;
      }
    }
    return indices;
  }

  /** For each element of {@code to}, its element of {@code from}, which is broadcast to it. */
  static int[] broadcast(Shape from, Shape to) {
    long[] own = strides(from);
    long[] strides = new long[to.rank()];
    int shift = to.rank() - from.rank();
    for (int k = shift; k < strides.length; k++) {
      strides[k] = from.dim(k - shift) == 1 ? 0 : own[k - shift];
    }
    return strided(to, 0, strides);
  }
}
