package org.zoopress.autograd;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Operations that arrange elements and compute nothing. */
final class Layout {
  private Layout() {}

  static Operation concat(NodeArguments arguments) {
    long axis = arguments.integers("axis").map(a -> a[0]).orElse(1L);
    return operands ->
        torch.cat(
            new TensorVector(
                IntStream.range(0, operands.count())
                    .mapToObj(operands::get)
                    .toArray(Tensor[]::new)),
            axis);
  }

  /** Two modes: those before the axis and the others. */
  static Operation flatten(NodeArguments arguments) {
    long axis = arguments.integer("axis", 1);
    return operands -> {
      Tensor x = operands.get(0);
      long[] dims = Tensors.dims(x);
      int split = (int) (axis < 0 ? axis + dims.length : axis);
      long rows = Arrays.stream(dims, 0, split).reduce(1, (a, b) -> a * b);
      long columns = Arrays.stream(dims, split, dims.length).reduce(1, (a, b) -> a * b);
      return x.reshape(rows, columns);
    };
  }

  /** A size of 0 is that of the input, −1 what is left. */
  static Operation reshape(NodeArguments arguments) {
    long[] shape =
        arguments.integers("shape", 1).orElseThrow(() -> arguments.refused("it has no shape"));
    boolean zeroIsSize = arguments.integer("allowzero", 0) != 0;
    return operands -> {
      Tensor x = operands.get(0);
      long[] dims = shape.clone();
      for (int k = 0; k < dims.length; k++) {
        if (dims[k] == 0 && !zeroIsSize) {
          dims[k] = x.size(k);
        }
      }
      return x.reshape(dims);
    };
  }

  static Operation transpose(NodeArguments arguments) {
    Optional<long[]> permutation = arguments.integers("perm");
    return operands -> {
      Tensor x = operands.get(0);
      long last = x.dim() - 1;
      return x.permute(
          permutation.orElseGet(
              () -> LongStream.rangeClosed(0, last).map(k -> last - k).toArray()));
    };
  }

  static Operation squeeze(NodeArguments arguments) {
    Optional<long[]> axes = arguments.integers("axes", 1);
    return operands -> axes.map(operands.get(0)::squeeze).orElseGet(operands.get(0)::squeeze);
  }

  static Operation unsqueeze(NodeArguments arguments) {
    long[] axes =
        arguments.integers("axes", 1).orElseThrow(() -> arguments.refused("it has no axes"));
    return operands -> {
      Tensor x = operands.get(0);
      long rank = x.dim() + axes.length;
      for (long axis : LongStream.of(axes).map(a -> Axes.of(a, rank)).sorted().toArray()) {
        x = x.unsqueeze(axis);
      }
      return x;
    };
  }
}
