package org.zoopress.method.tucker;

import java.util.Arrays;
import java.util.Optional;
import org.zoopress.tensor.ModeOrder;
import org.zoopress.tensor.Shape;

/** Which modes of a weight stand apart in its factors; {@link #code} is part of the format. */
public enum Arrangement {
  /** O × (I, kh, kw): a k×k convolution to r channels, then a 1×1; for s = 1 a plain SVD. */
  MATRIX(0, new int[] {0, 1, 2, 3}, 1),
  /** O × (kh, kw) × I: a 1×1, a k×k and a 1×1 convolution. */
  TUCKER_2(1, new int[] {0, 2, 3, 1}, 1, 3),
  /** (O, kw) × (I, kh): a kh×1 and a 1×kw convolution. */
  COLUMNS_FIRST(2, new int[] {0, 3, 1, 2}, 2),
  /** (O, kh) × (I, kw): a 1×kw and a kh×1 convolution. */
  ROWS_FIRST(3, new int[] {0, 2, 1, 3}, 2);

  private final int code;
  private final int[] order;
  private final int[] cuts;

  Arrangement(int code, int[] order, int... cuts) {
    this.code = code;
    this.order = order;
    this.cuts = cuts;
  }

  /** Stable number in the stored format. */
  public int code() {
    return code;
  }

  /** Inverse of {@link #code}; empty for an unknown one. */
  static Optional<Arrangement> ofCode(int code) {
    return Arrays.stream(values()).filter(a -> a.code == code).findFirst();
  }

  ModeOrder order(Shape shape) {
    return new ModeOrder(shape, order);
  }

  /** Sizes of the groups of modes: two for a product of two matrices, three for Tucker-2. */
  int[] modes(Shape shape) {
    ModeOrder modes = order(shape);
    int[] sizes = new int[cuts.length + 1];
    int from = 0;
    for (int group = 0; group < sizes.length; group++) {
      int to = group < cuts.length ? cuts[group] : order.length;
      sizes[group] = 1;
      for (int position = from; position < to; position++) {
        sizes[group] *= modes.size(position);
      }
      from = to;
    }
    return sizes;
  }
}
