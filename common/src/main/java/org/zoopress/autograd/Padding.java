package org.zoopress.autograd;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Pad: modes constant, reflect and edge; negative sizes cut. */
final class Padding {
  private Padding() {}

  static Operation of(NodeArguments arguments) {
    long[] pads =
        arguments.integers("pads", 1).orElseThrow(() -> arguments.refused("it has no pads"));
    Optional<long[]> axes = arguments.integers(3);
    arguments.require(
        pads.length % 2 == 0 && axes.map(a -> 2 * a.length == pads.length).orElse(true),
        "it has %d pads for %s axes",
        pads.length,
        axes.map(Arrays::toString).orElse("all"));
    String mode = arguments.text("mode", "constant");
    return switch (mode) {
      case "constant" -> constant(arguments, pads, axes);
      case "reflect", "edge" ->
          operands -> select(operands.get(0), pads, axes, mode.equals("reflect"));
      default -> throw arguments.refused("its mode is " + mode);
    };
  }

  private static Operation constant(NodeArguments arguments, long[] pads, Optional<long[]> axes) {
    Optional<Float> constant = arguments.number("value").or(() -> arguments.constantNumber(2));
    return operands -> {
      Tensor x = operands.get(0);
      int rank = (int) x.dim();
      long[] lastAxisFirst = new long[2 * rank];
      long[] listed = listed(axes, rank);
      for (int i = 0; i < listed.length; i++) {
        int fromLast = rank - 1 - (int) Axes.of(listed[i], rank);
        lastAxisFirst[2 * fromLast] = pads[i];
        lastAxisFirst[2 * fromLast + 1] = pads[listed.length + i];
      }
      float value =
          constant.orElseGet(() -> operands.optional(2).map(Tensor::item_float).orElse(0f));
      return torch.constant_pad_nd(x, lastAxisFirst, new Scalar(value));
    };
  }

  private static Tensor select(Tensor x, long[] pads, Optional<long[]> axes, boolean reflect) {
    int rank = (int) x.dim();
    long[] listed = listed(axes, rank);
    Tensor result = x;
    for (int i = 0; i < listed.length; i++) {
      long before = pads[i];
      long behind = pads[listed.length + i];
      if (before != 0 || behind != 0) {
        long axis = Axes.of(listed[i], rank);
        long size = x.size(axis);
        long[] positions =
            LongStream.range(-before, size + behind)
                .map(p -> reflect ? reflected(p, size) : Math.max(0, Math.min(size - 1, p)))
                .toArray();
        result = torch.index_select(result, axis, Tensors.ofIntegers(positions));
      }
    }
    return result;
  }

  /** Position behind a mirror in the first and in the last element. */
  private static long reflected(long position, long size) {
    if (size == 1) {
      return 0;
    }
    long inPeriod = Math.floorMod(position, 2 * (size - 1));
    return inPeriod < size ? inPeriod : 2 * (size - 1) - inPeriod;
  }

  private static long[] listed(Optional<long[]> axes, int rank) {
    return axes.orElseGet(() -> LongStream.range(0, rank).toArray());
  }
}
