package org.zoopress.tensor;

import java.util.Optional;

/**
 * The modes of a weight in another order. A weight is read as (O, I, kh, kw): a fully connected
 * layer has kh = kw = 1, a one-dimensional convolution kh = 1, and of longer kernels all positions
 * but the last mode's count as kh.
 */
public final class ModeOrder {
  /** Modes by their numbers: O is 0, I is 1, kh is 2, kw is 3. */
  private static final int MODES = 4;

  private final int[] dims;
  private final int[] order;

  /**
   * @param shape one that {@link #refusal} does not refuse
   * @param order a permutation of 0 to 3: which mode comes first, second and so on
   */
  public ModeOrder(Shape shape, int... order) {
    refusal(shape)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    int last = shape.rank() > 2 ? (int) shape.dim(shape.rank() - 1) : 1;
    int outputs = (int) shape.dim(0);
    int inputs = (int) shape.dim(1);
    int kernel = (int) (shape.rowElements() / inputs);
    this.dims = new int[] {outputs, inputs, kernel / last, last};
    this.order = order.clone();
    if (order.length != MODES) {
      throw new IllegalArgumentException("%d modes in an order of 4".formatted(order.length));
    }
  }

  /** Why a tensor of this shape is no such weight, in words for the user; empty if it is. */
  public static Optional<String> refusal(Shape shape) {
    if (shape.rank() < 2) {
      return Optional.of(
          "shape %s has %d modes; a weight has an output and an input mode"
              .formatted(shape, shape.rank()));
    }
    if (shape.elements() == 0) {
      return Optional.of("shape %s holds no values".formatted(shape));
    }
    if (shape.elements() > Integer.MAX_VALUE - 8) {
      return Optional.of(
          "shape %s holds %d values, more than one array".formatted(shape, shape.elements()));
    }
    return Optional.empty();
  }

  /** Sizes of O, I, kh and kw. */
  public int[] dims() {
    return dims.clone();
  }

  /** Size of the mode that comes at {@code position} in this order. */
  public int size(int position) {
    return dims[order[position]];
  }

  /** The values of a row-major weight, row-major in this order. */
  public float[] reorder(float[] weight) {
    float[] reordered = new float[weight.length];
    move(weight, reordered, true);
    return reordered;
  }

  /** Inverse of {@link #reorder}. */
  public float[] restore(float[] reordered) {
    float[] weight = new float[reordered.length];
    move(reordered, weight, false);
    return weight;
  }

  private void move(float[] from, float[] to, boolean forward) {
    int[] stride = strides();
    int position = 0;
    for (int a = 0; a < size(0); a++) {
      for (int b = 0; b < size(1); b++) {
        for (int c = 0; c < size(2); c++) {
          int weight = a * stride[0] + b * stride[1] + c * stride[2];
          for (int d = 0; d < size(3); d++, position++, weight += stride[3]) {
            if (forward) {
              to[position] = from[weight];
            } else {
              to[weight] = from[position];
            }
          }
        }
      }
    }
  }

  /** Distance in the weight between neighbours along the modes of this order. */
  private int[] strides() {
    int[] strides = new int[MODES];
    for (int position = 0; position < MODES; position++) {
      int stride = 1;
      for (int mode = order[position] + 1; mode < MODES; mode++) {
        stride *= dims[mode];
      }
      strides[position] = stride;
    }
    return strides;
  }
}
