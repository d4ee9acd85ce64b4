package org.zoopress.datasets.training;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.datasets.glyph.GlyphGenerator;
import org.zoopress.datasets.glyph.Split;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;

/**
 * Trains one network on fresh glyphs and counts what a network gets right. Every method sets
 * LibTorch to one thread for the whole process: sums over several threads would not repeat.
 */
public final class Trainer {
  private static final int EVALUATION_BATCH = 250;

  private Trainer() {}

  /** Told after each step of a training. */
  @FunctionalInterface
  public interface Observer {
    /**
     * @param step counted from 1
     * @param loss mean cross-entropy of the step's batch, in nats, before the step
     */
    void stepped(int step, double loss);
  }

  /**
   * Weights after the plan's steps.
   *
   * @param start weights to begin with, in the order of the network's parameters; not changed
   */
  public static List<NamedTensor> train(
      Network network, List<NamedTensor> start, TrainingPlan plan, Observer observer) {
    torch.set_num_threads(1);
    GlyphGenerator generator = new GlyphGenerator(plan.seed(), plan.style());
    try (TorchNetwork model = new TorchNetwork(network, start);
        GradientDescent descent = new GradientDescent(model, plan.momentum(), plan.weightDecay())) {
      for (int step = 0; step < plan.steps(); step++) {
        long first = (long) step * plan.batch();
        Batch batch = Batch.of(generator, Split.TRAINING, first, plan.batch());
        double loss = accumulateGradient(model, batch);
        descent.step(plan.learningRate(step));
        observer.stepped(step + 1, loss);
      }
      return model.snapshot();
    }
  }

  private static double accumulateGradient(TorchNetwork model, Batch batch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = model.forward(batch.images(), TorchNetwork.Mode.TRAINING);
      Tensor loss = torch.cross_entropy_loss(logits, batch.targets());
      loss.backward();
      return loss.item_float();
    }
  }

  /** How many of the first {@code samples} of the split the network classifies as labelled. */
  public static int countCorrect(
      Network network,
      List<NamedTensor> weights,
      GlyphGenerator generator,
      Split split,
      int samples) {
    torch.set_num_threads(1);
    int correct = 0;
    try (TorchNetwork model = new TorchNetwork(network, weights)) {
      for (int from = 0; from < samples; from += EVALUATION_BATCH) {
        int size = StrictMath.min(EVALUATION_BATCH, samples - from);
        Batch batch = Batch.of(generator, split, from, size);
        long[] classes = model.classify(batch);
        for (int i = 0; i < size; i++) {
          correct += classes[i] == batch.labels()[i] ? 1 : 0;
        }
      }
    }
    return correct;
  }

  /**
   * Logits of images in inference mode, to compare other runtimes with.
   *
   * @param pixels batch · 784 values in [0, 1]
   * @return batch · classes values, row-major
   */
  public static float[] logits(Network network, List<NamedTensor> weights, float[] pixels) {
    torch.set_num_threads(1);
    int images = pixels.length / (GlyphGenerator.SIDE * GlyphGenerator.SIDE);
    try (TorchNetwork model = new TorchNetwork(network, weights)) {
      return model.logits(new Batch(pixels, new long[images]));
    }
  }
}
