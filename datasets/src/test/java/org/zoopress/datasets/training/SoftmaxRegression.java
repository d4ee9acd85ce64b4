package org.zoopress.datasets.training;

import java.util.stream.IntStream;
import org.zoopress.datasets.glyph.GlyphGenerator;
import org.zoopress.datasets.glyph.Split;

/** The slow reference: softmax regression by the formulas, in double. */
final class SoftmaxRegression {
  private static final int CLASSES = GlyphGenerator.CLASSES;
  private final int features;
  private final double[] weight;
  private final double[] bias;
  private final double[] weightVelocity;
  private final double[] biasVelocity;

  SoftmaxRegression(float[] weight, float[] bias) {
    this.features = weight.length / CLASSES;
    this.weight = IntStream.range(0, weight.length).mapToDouble(i -> weight[i]).toArray();
    this.bias = IntStream.range(0, bias.length).mapToDouble(i -> bias[i]).toArray();
    this.weightVelocity = new double[weight.length];
    this.biasVelocity = new double[bias.length];
  }

  double[] weight() {
    return weight;
  }

  double[] bias() {
    return bias;
  }

  void train(TrainingPlan plan) {
    GlyphGenerator generator = new GlyphGenerator(plan.seed(), plan.style());
    for (int step = 0; step < plan.steps(); step++) {
      long from = (long) step * plan.batch();
      step(plan, Batch.of(generator, Split.TRAINING, from, plan.batch()), plan.learningRate(step));
    }
  }

  /** ∂loss/∂logit_k = (softmax_k − [k = label]) / batch. */
  private void step(TrainingPlan plan, Batch batch, double rate) {
    double[] weightGradient = new double[weight.length];
    double[] biasGradient = new double[CLASSES];
    for (int n = 0; n < batch.size(); n++) {
      double[] softmax = softmax(batch, n);
      for (int k = 0; k < CLASSES; k++) {
        double g = (softmax[k] - (batch.labels()[n] == k ? 1 : 0)) / batch.size();
        biasGradient[k] += g;
        for (int p = 0; p < features; p++) {
          weightGradient[k * features + p] += g * batch.pixels()[n * features + p];
        }
      }
    }
    descend(weight, weightVelocity, weightGradient, plan.momentum(), plan.weightDecay(), rate);
    descend(bias, biasVelocity, biasGradient, plan.momentum(), /* decay */ 0, rate);
  }

  private double[] softmax(Batch batch, int n) {
    double[] exponentials = new double[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      double logit = bias[k];
      for (int p = 0; p < features; p++) {
        logit += weight[k * features + p] * batch.pixels()[n * features + p];
      }
      exponentials[k] = Math.exp(logit);
    }
    double sum = IntStream.range(0, CLASSES).mapToDouble(k -> exponentials[k]).sum();
    return IntStream.range(0, CLASSES).mapToDouble(k -> exponentials[k] / sum).toArray();
  }

  private static void descend(
      double[] w, double[] v, double[] gradient, double momentum, double decay, double rate) {
    for (int i = 0; i < w.length; i++) {
      v[i] = momentum * v[i] + gradient[i] + decay * w[i];
      w[i] -= rate * v[i];
    }
  }
}
