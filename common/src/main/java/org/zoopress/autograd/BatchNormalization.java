package org.zoopress.autograd;

import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** BatchNormalization: y = scale · (x − mean) / √(variance + ε) + shift for each channel. */
final class BatchNormalization {
  private static final float DEFAULT_EPSILON = 1e-5f;

  /** Weight of the newest batch in running statistics, which there are none of here. */
  private static final double MOMENTUM = 0;

  private BatchNormalization() {}

  static Operation of(NodeArguments arguments) {
    arguments.expect("training_mode", 0);
    arguments.expect("spatial", 1);
    double epsilon = arguments.number("epsilon", DEFAULT_EPSILON);
    return operands -> {
      boolean batch = operands.statistics() == BatchStatistics.BATCH;
      if (!batch && (operands.get(3).requires_grad() || operands.get(4).requires_grad())) {
        return written(operands, epsilon);
      }
      return torch.batch_norm(
          operands.get(0),
          new TensorOptional(operands.get(1)),
          new TensorOptional(operands.get(2)),
          batch ? new TensorOptional() : new TensorOptional(operands.get(3)),
          batch ? new TensorOptional() : new TensorOptional(operands.get(4)),
          batch,
          MOMENTUM,
          epsilon,
          /* cudnn_enabled= */ false);
    };
  }

  /** From single steps: PyTorch's own function has no gradient for mean and variance. */
  private static Tensor written(Operands operands, double epsilon) {
    Tensor x = operands.get(0);
    long[] channels = LongStream.range(0, x.dim()).map(k -> k == 1 ? -1 : 1).toArray();
    Tensor factor = operands.get(1).div(operands.get(4).add(new Scalar(epsilon)).sqrt());
    return x.sub(operands.get(3).reshape(channels))
        .mul(factor.reshape(channels))
        .add(operands.get(2).reshape(channels));
  }
}
