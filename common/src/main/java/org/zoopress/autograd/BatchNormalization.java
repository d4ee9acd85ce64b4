package org.zoopress.autograd;

import java.util.Optional;
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
      Optional<Tensor> mean = batch ? Optional.empty() : Optional.of(operands.get(3));
      Optional<Tensor> variance = batch ? Optional.empty() : Optional.of(operands.get(4));
      return torch.batch_norm(
          operands.get(0),
          new TensorOptional(operands.get(1)),
          new TensorOptional(operands.get(2)),
          mean.map(TensorOptional::new).orElseGet(TensorOptional::new),
          variance.map(TensorOptional::new).orElseGet(TensorOptional::new),
          batch,
          MOMENTUM,
          epsilon,
          /* cudnn_enabled= */ false);
    };
  }
}
