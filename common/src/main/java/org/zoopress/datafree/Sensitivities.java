package org.zoopress.datafree;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.zoopress.autograd.BatchStatistics;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;

/**
 * How much a change of weights changes a network's answers, layer by layer, without labels.
 *
 * <p>To second order KL(p ‖ p′) = ½ δᵀ F δ for a change δ of the logits, with F = diag(p) − p pᵀ
 * the Fisher matrix of the softmax, and δ = J Δw. The Gauss–Newton diagonal of JᵀFJ is estimated
 * with random signs: F = A Aᵀ for A = diag(√p) − p √pᵀ, so that for independent signs r the square
 * of the gradient of (A r)ᵀ z has the diagonal as its mean. Signs of different samples are
 * independent, so one backward pass serves a batch.
 *
 * @see <a href="https://arxiv.org/abs/2006.00719">Yao et al., AdaHessian, 2020</a> for diagonals by
 *     random signs; Schraudolph 2002 for the Gauss–Newton matrix of softmax
 */
final class Sensitivities {
  /**
   * Backward passes over each batch; more change the means over a layer by less than a per cent.
   */
  private static final int DRAWS = 2;

  private Sensitivities() {}

  /**
   * @param probes (N, …)
   * @param batch samples of a backward pass
   * @return of each layer the mean of ½ diag over its weight: nats a sample for a squared change of
   *     one
   */
  static double[] of(
      TorchNetwork network,
      NetworkView view,
      Tensor probes,
      int batch,
      long seed,
      Progress progress) {
    Random random = new Random(seed);
    int samples = Math.toIntExact(probes.size(0));
    List<Tensor> parameters =
        view.layers().stream().map(layer -> network.parameter(layer.weight())).toList();
    parameters.forEach(parameter -> parameter.set_requires_grad(true));
    double[] sums = new double[parameters.size()];
    for (int first = 0; first < samples; first += batch) {
      int count = Math.min(batch, samples - first);
      for (int draw = 0; draw < DRAWS; draw++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor logits =
              network
                  .forward(
                      Map.of(view.input(), probes.narrow(0, first, count)),
                      BatchStatistics.STORED,
                      Set.of(view.answers()))
                  .get(view.answers())
                  .reshape(count, -1);
          List<Tensor> gradients =
              Tensors.gradients(logits.mul(signs(logits, random)).sum(), parameters);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += gradients.get(i).square().mean().item_double();
          }
        }
      }
      progress.step("sensitivities", first + count, samples);
    }
    parameters.forEach(parameter -> parameter.set_requires_grad(false));
    for (int i = 0; i < sums.length; i++) {
      sums[i] *= 0.5 / samples / DRAWS;
    }
    return sums;
  }

  /** A r, one row a sample. */
  private static Tensor signs(Tensor logits, Random random) {
    try (NoGradGuard guard = new NoGradGuard()) {
      float[] r = new float[Math.toIntExact(logits.numel())];
      for (int i = 0; i < r.length; i++) {
        r[i] = random.nextBoolean() ? 1 : -1;
      }
      Tensor p = logits.detach().softmax(1);
      Tensor scaled = p.sqrt().mul(Tensors.of(r, logits.size(0), logits.size(1)));
      return scaled.sub(p.mul(scaled.sum(new long[] {1}, true, null)));
    }
  }
}
