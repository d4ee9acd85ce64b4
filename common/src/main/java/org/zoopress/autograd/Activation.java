package org.zoopress.autograd;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions of one element with parameters of their own. */
final class Activation {
  private Activation() {}

  /** Bounds are attributes, constants or computed; each may be left out. */
  static Operation clip(NodeArguments arguments) {
    Optional<Float> min = arguments.number("min").or(() -> arguments.constantNumber(1));
    Optional<Float> max = arguments.number("max").or(() -> arguments.constantNumber(2));
    boolean computed =
        min.isEmpty() && arguments.hasInput(1) || max.isEmpty() && arguments.hasInput(2);
    if (computed) {
      return operands -> clip(operands.get(0), operands.optional(1), operands.optional(2));
    }
    if (min.isEmpty() && max.isEmpty()) {
      return operands -> operands.get(0);
    }
    return operands -> torch.clamp(operands.get(0), optional(min), optional(max));
  }

  private static Tensor clip(Tensor x, Optional<Tensor> min, Optional<Tensor> max) {
    return torch.clamp(
        x,
        min.map(TensorOptional::new).orElseGet(TensorOptional::new),
        max.map(TensorOptional::new).orElseGet(TensorOptional::new));
  }

  private static ScalarOptional optional(Optional<Float> value) {
    return value.map(v -> new ScalarOptional(new Scalar(v))).orElseGet(ScalarOptional::new);
  }

  /** max(0, min(1, αx + β)). */
  static Operation hardSigmoid(NodeArguments arguments) {
    float alpha = arguments.number("alpha", 0.2f);
    float beta = arguments.number("beta", 0.5f);
    return operands ->
        torch.clamp(
            operands.get(0).mul(new Scalar(alpha)).add(new Scalar(beta)),
            new ScalarOptional(new Scalar(0f)),
            new ScalarOptional(new Scalar(1f)));
  }

  /** x, or αx where x is negative. */
  static Operation leakyRelu(NodeArguments arguments) {
    float alpha = arguments.number("alpha", 0.01f);
    return operands -> torch.leaky_relu(operands.get(0), new Scalar(alpha));
  }
}
