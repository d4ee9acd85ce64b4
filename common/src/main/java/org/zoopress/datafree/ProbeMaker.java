package org.zoopress.datafree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.autograd.BatchStatistics;
import org.zoopress.autograd.Tensors;
import org.zoopress.autograd.TorchNetwork;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.Normalization;

/**
 * Inputs that look to a network like those it was trained on: its batch norms know their
 * statistics.
 *
 * <p>From {@link ImageNoise}, Adam descends on the samples themselves:
 *
 * <pre>
 *   {@value #MATCH} · mean over batch norms and their channels of
 *        (m − μ)²/(σ² + ε) + ½ ln²((v + ε)/(σ² + ε))          m, v mean and variance of the batch
 *   + for half of the samples, cross-entropy to random classes + {@value #SMOOTH} · mean |difference
 *     of neighbours|
 * </pre>
 *
 * Networks without batch norms leave the noise as it is.
 *
 * @see <a href="https://arxiv.org/abs/1912.08795">Yin et al., DeepInversion, CVPR 2020</a>
 */
final class ProbeMaker {
  private static final double MATCH = 10;
  private static final double SMOOTH = 0.1;
  private static final double RATE = 0.05;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  /** Gradients of single inputs are as small as 1e-7. */
  private static final double EPSILON = 1e-12;

  private static final int CHANNEL_AXIS = 1;

  /** A batch norm whose input's statistics are known. */
  private record Target(String value, Tensor mean, Tensor variance, double epsilon) {}

  private final TorchNetwork network;
  private final NetworkView view;
  private final DataFreeSettings settings;
  private final Progress progress;

  ProbeMaker(TorchNetwork network, NetworkView view, DataFreeSettings settings, Progress progress) {
    this.network = network;
    this.view = view;
    this.settings = settings;
    this.progress = progress;
  }

  /** Whether there is something to match; samples are plain noise else. */
  boolean matches() {
    return !view.normalizations().isEmpty() && settings.uses(Idea.MATCHED_PROBES);
  }

  /**
   * Makes samples.
   *
   * @param batch samples that are fitted together, and whose statistics are matched
   */
  float[] make(int count, int batch, long seed) {
    float[] samples = ImageNoise.samples(view.sample(), count, seed);
    if (!matches()) {
      return samples;
    }
    int size = samples.length / count;
    int batches = (count + batch - 1) / batch;
    Random random = new Random(seed);
    for (int b = 0; b < batches; b++) {
      // Batches of nearly equal size: a small last one would have statistics of its own.
      int first = (int) ((long) count * b / batches);
      int last = (int) ((long) count * (b + 1) / batches);
      float[] part = Arrays.copyOfRange(samples, first * size, last * size);
      float[] fitted = fit(part, last - first, random, b * settings.probeSteps(), batches);
      System.arraycopy(fitted, 0, samples, first * size, fitted.length);
    }
    return samples;
  }

  private float[] fit(float[] start, int count, Random random, int done, int batches) {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = Tensors.of(start, view.batchDims(count));
      Tensor mean = torch.zeros_like(x);
      Tensor square = torch.zeros_like(x);
      List<Target> targets = targets();
      long[] classes = new long[count / 2];
      CosineSchedule schedule = new CosineSchedule(RATE, settings.probeSteps());
      for (int step = 0; step < settings.probeSteps(); step++) {
        try (PointerScope inner = new PointerScope()) {
          Tensor leaf = x.detach().set_requires_grad(true);
          Map<String, Tensor> values =
              network.forward(Map.of(view.input(), leaf), BatchStatistics.STORED, wanted(targets));
          Tensor answers = values.get(view.answers()).reshape(count, -1);
          if (step == 0) {
            for (int i = 0; i < classes.length; i++) {
              classes[i] = random.nextInt((int) answers.size(1));
            }
          }
          Tensor loss = mismatch(values, targets).mul(new Scalar(MATCH));
          if (classes.length > 0) {
            loss = loss.add(likeness(leaf, answers, classes));
          }
          Tensor gradient = Tensors.gradients(loss, List.of(leaf)).get(0);
          descend(x, gradient, mean, square, step + 1, schedule.rate(step));
        }
        progress.step("probes", done + step + 1, batches * settings.probeSteps());
      }
      return Tensors.values(x);
    }
  }

  private List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (Normalization normalization : view.normalizations()) {
      NetworkNode node = view.network().nodes().get(normalization.node());
      float[] mean = view.weights().get(normalization.mean());
      float[] variance = view.weights().get(normalization.variance());
      targets.add(
          new Target(
              node.input(0),
              Tensors.of(mean, mean.length),
              Tensors.of(variance, variance.length).add(new Scalar(normalization.epsilon())),
              normalization.epsilon()));
    }
    return targets;
  }

  private Set<String> wanted(List<Target> targets) {
    Set<String> wanted = new LinkedHashSet<>();
    targets.forEach(target -> wanted.add(target.value));
    wanted.add(view.answers());
    return wanted;
  }

  /** How far the batch's statistics are from the stored ones. */
  private static Tensor mismatch(Map<String, Tensor> values, List<Target> targets) {
    Tensor sum = torch.zeros();
    for (Target target : targets) {
      Tensor value = values.get(target.value);
      long[] others =
          LongStream.range(0, value.dim()).filter(axis -> axis != CHANNEL_AXIS).toArray();
      Tensor variance = value.var(others, false, false).add(new Scalar(target.epsilon));
      Tensor off = value.mean(others).sub(target.mean).square().div(target.variance);
      Tensor spread = variance.div(target.variance).log().square().mul(new Scalar(0.5));
      sum = sum.add(off.add(spread).mean());
    }
    return sum.div(new Scalar((double) targets.size()));
  }

  /** Cross-entropy to the classes and roughness, of the first so many samples. */
  private static Tensor likeness(Tensor x, Tensor answers, long[] classes) {
    Tensor first = answers.narrow(0, 0, classes.length);
    Tensor loss = torch.cross_entropy_loss(first, Tensors.ofIntegers(classes));
    if (x.dim() == 4) {
      Tensor images = x.narrow(0, 0, classes.length);
      for (int axis = 2; axis < 4; axis++) {
        long size = images.size(axis);
        if (size > 1) {
          Tensor rough =
              images.narrow(axis, 1, size - 1).sub(images.narrow(axis, 0, size - 1)).abs().mean();
          loss = loss.add(rough.mul(new Scalar(SMOOTH)));
        }
      }
    }
    return loss;
  }

  private static void descend(
      Tensor x, Tensor gradient, Tensor mean, Tensor square, int step, double rate) {
    try (NoGradGuard guard = new NoGradGuard()) {
      mean.mul_(new Scalar(BETA1)).add_(gradient, new Scalar(1 - BETA1));
      square.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
      Tensor root =
          square.div(new Scalar(1 - Math.pow(BETA2, step))).sqrt_().add_(new Scalar(EPSILON));
      x.addcdiv_(mean, root, new Scalar(-rate / (1 - Math.pow(BETA1, step))));
    }
  }
}
