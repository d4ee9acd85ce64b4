package org.zoopress.autograd;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Pools of (N, C, axes). Pads and the last, incomplete window of ceil_mode are written out as
 * elements of −∞ or 0, since PyTorch's own pads are the same on both sides and at most half a
 * window.
 */
final class Pooling {
  private Pooling() {}

  static Operation max(NodeArguments arguments) {
    Window window = window(arguments);
    arguments.expect("storage_order", 0);
    boolean ceil = arguments.integer("ceil_mode", 0) != 0;
    return planar(
        window,
        (x, planar) -> {
          Tensor padded =
              Window.pad(x, new PoolGrid(x, planar, ceil).pads(), Double.NEGATIVE_INFINITY);
          return torch.max_pool2d(
              padded,
              planar.kernel(),
              planar.strides(),
              new long[2],
              planar.dilations(),
              /* ceil_mode= */ false);
        });
  }

  static Operation average(NodeArguments arguments) {
    Window window = window(arguments);
    arguments.require(
        Arrays.stream(window.dilations()).allMatch(d -> d == 1), "it averages a dilated window");
    boolean ceil = arguments.integer("ceil_mode", 0) != 0;
    boolean countPads = arguments.integer("count_include_pad", 0) != 0;
    return planar(
        window,
        (x, planar) -> {
          PoolGrid grid = new PoolGrid(x, planar, ceil);
          Tensor averages =
              torch.avg_pool2d(
                  Window.pad(x, grid.pads(), 0),
                  planar.kernel(),
                  planar.strides(),
                  new long[2],
                  /* ceil_mode= */ false,
                  /* count_include_pad= */ true,
                  new LongOptional());
          return grid.hasPads() ? averages.mul(grid.factors(countPads)) : averages;
        });
  }

  /** Mean over all axes behind (N, C), which stay with size 1. */
  static Tensor globalAverage(Tensor x) {
    return x.mean(spatial(x), /* keepdim= */ true, new ScalarTypeOptional());
  }

  /** Maximum over all axes behind (N, C), which stay with size 1. */
  static Tensor globalMax(Tensor x) {
    return x.amax(spatial(x), /* keepdim= */ true);
  }

  private static long[] spatial(Tensor x) {
    return LongStream.range(2, x.dim()).toArray();
  }

  private static Window window(NodeArguments arguments) {
    return Window.of(
        arguments,
        arguments
            .integers("kernel_shape")
            .orElseThrow(() -> arguments.refused("it has no kernel_shape")));
  }

  private interface PlanarPool {
    Tensor apply(Tensor x, Window window);
  }

  private static Operation planar(Window window, PlanarPool pool) {
    if (window.axes() == 2) {
      return operands -> pool.apply(operands.get(0), window);
    }
    Window planar = window.planar();
    return operands -> pool.apply(operands.get(0).unsqueeze(2), planar).squeeze(2);
  }
}
