package org.zoopress.autograd;

import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Slice: every step-th element from start on, up to but without end, along some axes. */
final class Slicing {
  private Slicing() {}

  static Operation of(NodeArguments arguments) {
    long[] starts =
        arguments.integers("starts", 1).orElseThrow(() -> arguments.refused("it has no starts"));
    long[] ends =
        arguments.integers("ends", 2).orElseThrow(() -> arguments.refused("it has no ends"));
    int count = starts.length;
    long[] axes =
        arguments.integers("axes", 3).orElseGet(() -> LongStream.range(0, count).toArray());
    long[] steps =
        arguments.integers(4).orElseGet(() -> LongStream.generate(() -> 1).limit(count).toArray());
    arguments.require(
        ends.length == count && axes.length == count && steps.length == count,
        "it has %d starts, %d ends, %d axes and %d steps",
        count,
        ends.length,
        axes.length,
        steps.length);
    arguments.require(LongStream.of(steps).allMatch(s -> s != 0), "it has a step of 0");
    return operands -> {
      Tensor x = operands.get(0);
      for (int i = 0; i < count; i++) {
        long axis = Axes.of(axes[i], x.dim());
        x =
            steps[i] > 0
                ? torch.slice(
                    x, axis, new LongOptional(starts[i]), new LongOptional(ends[i]), steps[i])
                : backwards(x, axis, starts[i], ends[i], steps[i]);
      }
      return x;
    };
  }

  private static Tensor backwards(Tensor x, long axis, long start, long end, long step) {
    long size = x.size(axis);
    long first = Math.max(-1, Math.min(size - 1, start < 0 ? start + size : start));
    // An end before the first element, mostly the least number there is, takes all.
    long last = Math.max(-1, Math.min(size - 1, end < 0 ? Math.max(end, -size - 1) + size : end));
    long[] positions = LongStream.iterate(first, p -> p > last, p -> p + step).toArray();
    return torch.index_select(x, axis, Tensors.ofIntegers(positions));
  }
}
