package org.zoopress.datasets.training;

import org.zoopress.datasets.glyph.GlyphStyle;
import org.zoopress.error.Check;

/**
 * How one network is trained.
 *
 * @param seed of the initial weights and of the training samples
 * @param style of the training samples
 * @param steps number of batches, at least 1
 * @param batch samples in a batch, at least 2 (a batch variance needs two)
 * @param peakLearningRate largest η_t, above 0
 * @param warmUp steps until it is reached, at most {@code steps}
 * @param momentum μ, in [0, 1)
 * @param weightDecay ω, at least 0
 */
public record TrainingPlan(
    long seed,
    GlyphStyle style,
    int steps,
    int batch,
    double peakLearningRate,
    int warmUp,
    double momentum,
    double weightDecay) {

  /** Checks the ranges. */
  public TrainingPlan {
    Check.argument(
        steps >= 1 && batch >= 2 && warmUp >= 0 && warmUp <= steps,
        "Cannot train for %s steps of %s samples with %s warm-up steps: there must be at least 1 "
            + "step, 2 samples and no more warm-up than steps. Correct the plan.",
        steps,
        batch,
        warmUp);
    Check.argument(
        peakLearningRate > 0 && momentum >= 0 && momentum < 1 && weightDecay >= 0,
        "Cannot train with learning rate %s, momentum %s and weight decay %s: they must be above "
            + "0, in [0, 1) and at least 0. Correct the plan.",
        peakLearningRate,
        momentum,
        weightDecay);
  }

  /** The usual plan: batches of 128, momentum 0.9, weight decay 5e-4, a tenth of it warm-up. */
  public static TrainingPlan of(long seed, GlyphStyle style, int steps, double peakLearningRate) {
    return new TrainingPlan(seed, style, steps, 128, peakLearningRate, steps / 10, 0.9, 5e-4);
  }

  /** η_t of a step, counted from 0. */
  double learningRate(int step) {
    if (step < warmUp) {
      return peakLearningRate * (step + 1) / warmUp;
    }
    double progress = (double) (step - warmUp) / StrictMath.max(1, steps - warmUp);
    return peakLearningRate * (1 + StrictMath.cos(StrictMath.PI * progress)) / 2;
  }
}
