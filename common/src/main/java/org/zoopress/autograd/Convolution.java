package org.zoopress.autograd;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.tensor.Shape;

/** Conv: (N, C, axes) with a weight (O, C / groups, kernel) and a bias (O) if there is one. */
final class Convolution {
  private Convolution() {}

  static Operation of(NodeArguments arguments) {
    long[] kernel =
        arguments
            .integers("kernel_shape")
            .or(() -> arguments.weight(1).map(entry -> spatial(entry.shape())))
            .orElseThrow(
                () -> arguments.refused("it has neither kernel_shape nor a stored weight"));
    Window window = Window.of(arguments, kernel);
    long groups = arguments.integer("group", 1);
    arguments.require(groups >= 1, "its group is %d", groups);
    return operands -> {
      Tensor x = operands.get(0);
      TensorOptional bias =
          operands.optional(2).map(TensorOptional::new).orElseGet(TensorOptional::new);
      long[] pads = window.pads(x);
      long[] both = Arrays.copyOf(pads, window.axes());
      if (!Window.symmetric(pads)) {
        x = Window.pad(x, pads, 0);
        both = new long[window.axes()];
      }
      return window.axes() == 1
          ? torch.conv1d(
              x, operands.get(1), bias, window.strides(), both, window.dilations(), groups)
          : torch.conv2d(
              x, operands.get(1), bias, window.strides(), both, window.dilations(), groups);
    };
  }

  private static long[] spatial(Shape shape) {
    return Arrays.copyOfRange(shape.dims(), Math.min(2, shape.rank()), shape.rank());
  }
}
