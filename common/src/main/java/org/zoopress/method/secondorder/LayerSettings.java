package org.zoopress.method.secondorder;

import java.util.Optional;
import org.zoopress.coding.Trellis;
import org.zoopress.method.transform.KernelTransform;

/**
 * How a layer is quantized.
 *
 * @param step distance of neighbouring reconstruction points, in units of a weight: the geometric
 *     mean over the columns, whose steps differ with their frequency; positive
 * @param rateWeight λ of error + λ · bits, in units in which 1 is the slope of uniform quantization
 *     at high rate; 0 minimises the error alone
 * @param trellis of dependent quantization
 * @param damping added to the diagonal of the second moments, relative to its mean; positive
 * @param transform of the positions of a kernel, of as many as the layer's kernels have; empty to
 *     quantize the weights themselves
 */
public record LayerSettings(
    double step,
    double rateWeight,
    Trellis trellis,
    double damping,
    Optional<KernelTransform> transform) {
  /** Measured on ResNet-20 for CIFAR-10, see {@code BENCHMARKS.md}. */
  public static final double RATE_WEIGHT = 0.6;

  /** Borrowed from a sketch on ResNet-20. */
  public static final double DAMPING = 0.003;

  /** Largest rate weight. */
  public static final double MOST_RATE_WEIGHT = 100;

  /** Checks the ranges. */
  public LayerSettings {
    if (!(step > 0 && step <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("step " + step);
    }
    if (!(rateWeight >= 0 && rateWeight <= MOST_RATE_WEIGHT) || !(damping > 0 && damping <= 1)) {
      throw new IllegalArgumentException(
          "rate weight %s, damping %s".formatted(rateWeight, damping));
    }
  }

  /** Eight states, default rate weight and damping, no transform. */
  public static LayerSettings ofStep(double step) {
    return new LayerSettings(step, RATE_WEIGHT, Trellis.STATES_8, DAMPING, Optional.empty());
  }

  /** The same at another step. */
  public LayerSettings withStep(double other) {
    return new LayerSettings(other, rateWeight, trellis, damping, transform);
  }

  /** The same with another rate weight. */
  public LayerSettings withRateWeight(double other) {
    return new LayerSettings(step, other, trellis, damping, transform);
  }

  /** The same with another trellis. */
  public LayerSettings withTrellis(Trellis other) {
    return new LayerSettings(step, rateWeight, other, damping, transform);
  }

  /** The same with a transform. */
  public LayerSettings withTransform(KernelTransform other) {
    return new LayerSettings(step, rateWeight, trellis, damping, Optional.of(other));
  }
}
