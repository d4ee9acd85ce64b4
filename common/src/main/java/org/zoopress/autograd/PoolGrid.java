package org.zoopress.autograd;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Where the windows of a pool lie on an image (N, C, H, W), and how much of each is image. */
final class PoolGrid {
  private static final int AXES = 2;

  private final Window window;
  private final long[] sizes = new long[AXES];
  private final long[] given;
  private final long[] outputs = new long[AXES];

  /**
   * @param ceil whether a last window that the image does not fill counts, unless it starts behind
   *     the image and its first pad
   */
  PoolGrid(Tensor x, Window window, boolean ceil) {
    this.window = window;
    this.given = window.pads(x);
    for (int a = 0; a < AXES; a++) {
      sizes[a] = x.size(2 + a);
      long stride = window.strides()[a];
      long span = sizes[a] + given[a] + given[AXES + a] - window.extent(a);
      if (span < 0) {
        throw new IllegalArgumentException(
            "a window of %d on an axis of %d".formatted(window.extent(a), sizes[a]));
      }
      outputs[a] = (ceil ? (span + stride - 1) / stride : span / stride) + 1;
      if (ceil && (outputs[a] - 1) * stride >= sizes[a] + given[a]) {
        outputs[a]--;
      }
    }
  }

  /** Elements to add before each axis, then behind each, so that all windows are whole. */
  long[] pads() {
    long[] pads = given.clone();
    for (int a = 0; a < AXES; a++) {
      long reached = (outputs[a] - 1) * window.strides()[a] + window.extent(a);
      pads[AXES + a] += Math.max(0, reached - (sizes[a] + given[a] + given[AXES + a]));
    }
    return pads;
  }

  boolean hasPads() {
    return Arrays.stream(pads()).anyMatch(p -> p > 0);
  }

  /**
   * By what an average over whole windows is to be multiplied, (H', W').
   *
   * @param countPads whether the node's pads count as zeros; elements that ceil_mode adds never do
   */
  Tensor factors(boolean countPads) {
    float[] rows = factors(0, countPads);
    float[] columns = factors(1, countPads);
    float[] factors = new float[rows.length * columns.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = rows[i / columns.length] * columns[i % columns.length];
    }
    return Tensors.of(factors, rows.length, columns.length);
  }

  private float[] factors(int axis, boolean countPads) {
    long from = countPads ? -given[axis] : 0;
    long to = sizes[axis] + (countPads ? given[AXES + axis] : 0);
    long size = window.extent(axis);
    float[] factors = new float[Math.toIntExact(outputs[axis])];
    for (int i = 0; i < factors.length; i++) {
      long start = i * window.strides()[axis] - given[axis];
      long counted = Math.min(start + size, to) - Math.max(start, from);
      factors[i] = (float) size / counted;
    }
    return factors;
  }
}
