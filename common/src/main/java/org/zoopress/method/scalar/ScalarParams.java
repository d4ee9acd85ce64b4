package org.zoopress.method.scalar;

import java.io.Serializable;
import java.util.List;
import org.zoopress.coding.Trellis;
import org.zoopress.error.Check;

/**
 * Settings of scalar quantization.
 *
 * @param points operating points, at least one
 * @param scope which weights share a step
 * @param trellis dependent quantization; more states give less error at equal bytes and cost time
 *     in proportion, but only when compressing
 * @param rateWeight how much a bit may cost in error, relative to what finer steps would pay for
 *     it: 0 rounds to nearest, 1 is the slope of the rate–distortion curve at high rate; in [0, 2]
 */
public record ScalarParams(
    List<OperatingPoint> points, StepScope scope, Trellis trellis, double rateWeight)
    implements Serializable {
  /** Best measured on ResNet-20 (2.3 and 3.2 bits); from 0.6 to 1 the bytes differ by 0.1 %. */
  public static final double DEFAULT_RATE_WEIGHT = 0.8;

  /** Some points over the useful range. */
  public static final ScalarParams DEFAULT =
      of(
          OperatingPoint.bits(2),
          OperatingPoint.bits(3),
          OperatingPoint.bits(4),
          OperatingPoint.bits(6));

  /** Checks the ranges. */
  public ScalarParams {
    points = List.copyOf(points);
    Check.argument(
        !points.isEmpty(), "Cannot quantize: no operating points. Give one, for instance bits=4.");
    Check.argument(
        rateWeight >= 0 && rateWeight <= 2,
        "Cannot use scalar.rate-weight=%s: it must be in [0, 2].",
        rateWeight);
  }

  /** One step a partition, 32 states, the default rate weight. */
  public static ScalarParams of(OperatingPoint... points) {
    return new ScalarParams(
        List.of(points), StepScope.PER_TENSOR, Trellis.STATES_32, DEFAULT_RATE_WEIGHT);
  }

  /** The same at other operating points. */
  public ScalarParams withPoints(List<OperatingPoint> other) {
    return new ScalarParams(other, scope, trellis, rateWeight);
  }

  /** The same with another scope of the step. */
  public ScalarParams withScope(StepScope other) {
    return new ScalarParams(points, other, trellis, rateWeight);
  }

  /** The same with another trellis. */
  public ScalarParams withTrellis(Trellis other) {
    return new ScalarParams(points, scope, other, rateWeight);
  }

  /** The same with another rate weight. */
  public ScalarParams withRateWeight(double other) {
    return new ScalarParams(points, scope, trellis, other);
  }
}
