package org.zoopress.datasets.training;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.datasets.network.Parameter;

/** Momentum and weight decay as in the package description; owns one velocity per parameter. */
final class GradientDescent implements AutoCloseable {
  /** A trained tensor w, its velocity v and its weight decay ω. */
  private record Descent(Tensor weight, Tensor velocity, double decay) {}

  private final double momentum;
  private final List<Descent> descents = new ArrayList<>();

  GradientDescent(TorchNetwork network, double momentum, double weightDecay) {
    this.momentum = momentum;
    try (PointerScope scope = new PointerScope()) {
      for (Parameter parameter : network.network().parameters()) {
        if (parameter.kind().trained()) {
          Tensor weight = network.tensor(parameter);
          Tensor velocity = torch.zeros(parameter.shape().dims());
          velocity.retainReference();
          // Shrinking scales and shifts would fight the normalisation without regularising.
          double decay = parameter.kind() == Parameter.Kind.WEIGHT ? weightDecay : 0;
          descents.add(new Descent(weight, velocity, decay));
        }
      }
    }
  }

  /** Moves every weight against its gradient and clears the gradient. */
  void step(double learningRate) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Scalar mu = new Scalar(momentum);
      Scalar back = new Scalar(-learningRate);
      for (Descent descent : descents) {
        Tensor gradient = descent.weight().grad();
        Tensor velocity = descent.velocity();
        velocity.mul_(mu).add_(gradient).add_(descent.weight(), new Scalar(descent.decay()));
        descent.weight().add_(velocity, back);
        gradient.zero_();
      }
    }
  }

  @Override
  public void close() {
    descents.forEach(descent -> descent.velocity().releaseReference());
    descents.clear();
  }
}
