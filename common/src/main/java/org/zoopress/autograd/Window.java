package org.zoopress.autograd;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The window of a convolution or pool: how it is spread, moved and where it leaves the image. */
final class Window {
  private static final int FIRST_SPATIAL = 2;

  private final long[] kernel;
  private final long[] strides;
  private final long[] dilations;
  private final long[] pads;
  private final String autoPad;

  private Window(long[] kernel, long[] strides, long[] dilations, long[] pads, String autoPad) {
    this.kernel = kernel;
    this.strides = strides;
    this.dilations = dilations;
    this.pads = pads;
    this.autoPad = autoPad;
  }

  /**
   * Reads strides, dilations, pads and auto_pad.
   *
   * @param kernel sizes of the window, one or two
   */
  static Window of(NodeArguments arguments, long[] kernel) {
    int axes = kernel.length;
    arguments.require(
        axes == 1 || axes == 2, "its window has %d axes, only 1 and 2 are supported", axes);
    Window window =
        new Window(
            kernel,
            arguments.integers("strides").orElseGet(() -> ones(axes)),
            arguments.integers("dilations").orElseGet(() -> ones(axes)),
            arguments.integers("pads").orElseGet(() -> new long[2 * axes]),
            arguments.text("auto_pad", "NOTSET"));
    check(arguments, "kernel_shape", window.kernel, axes, 1);
    check(arguments, "strides", window.strides, axes, 1);
    check(arguments, "dilations", window.dilations, axes, 1);
    check(arguments, "pads", window.pads, 2 * axes, 0);
    arguments.require(
        Set.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(window.autoPad),
        "it has auto_pad=%s",
        window.autoPad);
    return window;
  }

  private static void check(
      NodeArguments arguments, String name, long[] values, int count, long least) {
    arguments.require(
        values.length == count && Arrays.stream(values).allMatch(v -> v >= least),
        "its %s are %s, not %d numbers of at least %d",
        name,
        Arrays.toString(values),
        count,
        least);
  }

  private static long[] ones(int count) {
    return LongStream.generate(() -> 1).limit(count).toArray();
  }

  int axes() {
    return kernel.length;
  }

  long[] kernel() {
    return kernel.clone();
  }

  long[] strides() {
    return strides.clone();
  }

  long[] dilations() {
    return dilations.clone();
  }

  /** Extent of the dilated window along an axis. */
  long extent(int axis) {
    return (kernel[axis] - 1) * dilations[axis] + 1;
  }

  /** The same window in two axes, the first of size 1 if there was only one. */
  Window planar() {
    return axes() == 2
        ? this
        : new Window(
            new long[] {1, kernel[0]},
            new long[] {1, strides[0]},
            new long[] {1, dilations[0]},
            new long[] {0, pads[0], 0, pads[1]},
            autoPad);
  }

  /** Elements added before each axis, then behind each, for an input (N, C, axes). */
  long[] pads(Tensor x) {
    int axes = axes();
    return switch (autoPad) {
      case "NOTSET" -> pads.clone();
      case "VALID" -> new long[2 * axes];
      default -> {
        long[] same = new long[2 * axes];
        for (int a = 0; a < axes; a++) {
          long size = x.size(FIRST_SPATIAL + a);
          long outputs = (size + strides[a] - 1) / strides[a];
          long total = Math.max(0, (outputs - 1) * strides[a] + extent(a) - size);
          long lesser = total / 2;
          same[a] = autoPad.equals("SAME_UPPER") ? lesser : total - lesser;
          same[axes + a] = total - same[a];
        }
        yield same;
      }
    };
  }

  /** Whether both ends of every axis get the same number of elements. */
  static boolean symmetric(long[] pads) {
    int axes = pads.length / 2;
    return Arrays.equals(pads, 0, axes, pads, axes, 2 * axes);
  }

  /** Extends the axes behind (N, C). */
  static Tensor pad(Tensor x, long[] pads, double value) {
    if (Arrays.stream(pads).allMatch(p -> p == 0)) {
      return x;
    }
    int axes = pads.length / 2;
    long[] lastAxisFirst = new long[2 * axes];
    for (int a = 0; a < axes; a++) {
      lastAxisFirst[2 * a] = pads[axes - 1 - a];
      lastAxisFirst[2 * a + 1] = pads[2 * axes - 1 - a];
    }
    return torch.constant_pad_nd(x, lastAxisFirst, new Scalar(value));
  }
}
