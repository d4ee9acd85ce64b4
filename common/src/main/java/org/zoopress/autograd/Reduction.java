package org.zoopress.autograd;

import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operations along whole axes. */
final class Reduction {
  private Reduction() {}

  /** A reduction of listed axes; whether they stay with size 1 is the third argument. */
  interface OfAxes {
    Tensor apply(Tensor x, long[] axes, boolean keep);
  }

  static Operation mean(NodeArguments arguments) {
    return of(arguments, (x, axes, keep) -> x.mean(axes, keep, new ScalarTypeOptional()));
  }

  static Operation sum(NodeArguments arguments) {
    return of(arguments, (x, axes, keep) -> x.sum(axes, keep, new ScalarTypeOptional()));
  }

  private static Operation of(NodeArguments arguments, OfAxes reduction) {
    Optional<long[]> axes = arguments.integers("axes", 1).filter(a -> a.length > 0);
    boolean keep = arguments.integer("keepdims", 1) != 0;
    boolean nothing = axes.isEmpty() && arguments.integer("noop_with_empty_axes", 0) != 0;
    return operands -> {
      Tensor x = operands.get(0);
      return nothing
          ? x
          : reduction.apply(x, axes.orElseGet(() -> LongStream.range(0, x.dim()).toArray()), keep);
    };
  }

  /** exp(x) / Σ exp(x) along one axis, the last one if none is given. */
  static Operation softmax(NodeArguments arguments) {
    long axis = arguments.integer("axis", -1);
    return operands -> torch.softmax(operands.get(0), axis);
  }

  /** x − log Σ exp(x) along one axis, the last one if none is given. */
  static Operation logSoftmax(NodeArguments arguments) {
    long axis = arguments.integer("axis", -1);
    return operands -> torch.log_softmax(operands.get(0), axis);
  }
}
