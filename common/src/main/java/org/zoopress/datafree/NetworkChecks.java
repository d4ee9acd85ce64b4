package org.zoopress.datafree;

import java.util.Arrays;
import java.util.Set;
import org.zoopress.error.BadModelException;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkNode;
import org.zoopress.network.Normalization;
import org.zoopress.network.ValueShapes;
import org.zoopress.tensor.Shape;

/**
 * Refuses networks that cannot be judged by their answers, or that the memory bound cannot hold.
 *
 * <p>A network is compressed towards equal softmax of its answers. Where that is always the same,
 * whatever the weights, nothing would count and everything would be quantized away.
 */
final class NetworkChecks {
  private static final String REMEDY = "Leave it to the methods that look at tensors alone";

  /** Operators after which answers are no logits. */
  private static final Set<String> BOUNDED = Set.of("Sigmoid", "HardSigmoid", "Tanh", "Clip");

  /** Share of the answers' mean square that must come from what the samples are. */
  private static final double LEAST_VARIANCE = 1e-8;

  private static final int FEWEST_CLASSES = 2;

  /** Matrices in double that a layer's second moments, their factor and their inverse take. */
  private static final int MATRICES = 10;

  /** Second moments of one layer may take so many times what values of one operation may. */
  private static final int MOMENTS_BOUND = 4;

  private final NetworkView view;
  private final DataFreeSettings settings;

  NetworkChecks(NetworkView view, DataFreeSettings settings) {
    this.view = view;
    this.settings = settings;
  }

  /**
   * What can be known before anything is executed.
   *
   * @param keep weights that stay exact, and of which no second moments are taken
   */
  void structure(ValueShapes shapes, Set<String> keep) {
    Shape answers = shapes.of(view.answers());
    if (answers.rank() > 2) {
      throw bad(
          "its output '%s' has shape %s, and scores of classes have rank 2 at most",
          view.answers(), answers);
    }
    long classes = answers.elements() / Math.max(1, answers.dim(0));
    if (classes < FEWEST_CLASSES) {
      throw bad(
          "it gives %d number a sample, and answers are compared as scores of at least %d"
              + " classes",
          classes, FEWEST_CLASSES);
    }
    for (NetworkNode node : view.network().nodes()) {
      if (node.outputs().contains(view.answers()) && BOUNDED.contains(node.operator())) {
        throw bad(
            "its last operation is %s, its answers are no scores of classes", node.operator());
      }
    }
    view.layers().stream().filter(l -> !keep.contains(l.weight())).forEach(this::moments);
    weights();
  }

  private void moments(NetworkLayer layer) {
    long n = layer.shape().elements() / layer.outputs();
    long bytes = Saturating.product(Double.BYTES, MATRICES, n, n, layer.groups());
    long bound = Saturating.product(MOMENTS_BOUND, settings.memoryBytes());
    if (bytes > bound) {
      throw tooLarge(
          "second moments of the %d inputs of layer '%s' need %d bytes, and %d times"
              + " second-order.memory is %d",
          n, layer.weight(), bytes, MOMENTS_BOUND, bound);
    }
  }

  private void weights() {
    for (NetworkLayer layer : view.layers()) {
      finite(
          "values of its weight '%s'".formatted(layer.weight()),
          view.weights().get(layer.weight()));
    }
    for (Normalization normalization : view.normalizations()) {
      for (float variance : view.weights().get(normalization.variance())) {
        if (!(variance + normalization.epsilon() > 0)) {
          throw bad("variance '%s' of a batch norm holds %s", normalization.variance(), variance);
        }
      }
    }
  }

  /**
   * A pass over so many samples at least must fit.
   *
   * @param bytes of one sample
   */
  void memory(String what, long bytes, int samples) {
    if (Saturating.product(bytes, samples) > settings.memoryBytes()) {
      throw tooLarge(
          "%s of %d samples need %d bytes, and second-order.memory is %d",
          what, samples, Saturating.product(bytes, samples), settings.memoryBytes());
    }
  }

  /** Refuses numbers that are not finite. */
  void finite(String what, float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw bad("%s are not finite", what);
      }
    }
  }

  /** Refuses numbers that are not finite. */
  void finite(String what, double... values) {
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      throw bad("%s are not finite", what);
    }
  }

  /**
   * Refuses answers that are the same for all samples.
   *
   * @param logits of the samples, row-major
   */
  void answers(float[] logits, int samples) {
    finite("its answers to probes", logits);
    int classes = logits.length / samples;
    double square = 0;
    double variation = 0;
    for (int c = 0; c < classes; c++) {
      double mean = 0;
      for (int i = c; i < logits.length; i += classes) {
        mean += (double) logits[i] / samples;
      }
      for (int i = c; i < logits.length; i += classes) {
        square += (double) logits[i] * logits[i];
        variation += (logits[i] - mean) * (logits[i] - mean);
      }
    }
    if (!(variation > LEAST_VARIANCE * square)) {
      throw indifferent();
    }
  }

  /** Refuses a network no weight of which changes its answers. */
  void sensitivities(double[] sensitivities) {
    finite("sensitivities of its answers", sensitivities);
    if (!(Arrays.stream(sensitivities).sum() > 0)) {
      throw indifferent();
    }
  }

  private BadModelException indifferent() {
    return bad("its answers do not depend on the probes");
  }

  private BadModelException bad(String problem, Object... values) {
    return new BadModelException(view.network().path(), problem.formatted(values), REMEDY);
  }

  private BadModelException tooLarge(String problem, Object... values) {
    return new BadModelException(
        view.network().path(),
        problem.formatted(values),
        "Raise second-order.memory, or leave it to the methods that look at tensors alone");
  }
}
