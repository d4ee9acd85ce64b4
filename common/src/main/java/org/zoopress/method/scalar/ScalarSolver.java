package org.zoopress.method.scalar;

import java.util.Arrays;
import java.util.Optional;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.tensor.Shape;

/** Quantizes one partition at a step, or searches for the step that gives a size. */
final class ScalarSolver {
  /** A search looks at no more weights than this: whole rows, evenly spread. */
  private static final int SAMPLE = 1 << 16;

  /** A search ends when the size is this close to the aim, relatively. */
  private static final double CLOSE = 0.005;

  private static final int MOST_TRIALS = 12;

  /** Largest point that a search may lead to; keeps points exact in float32. */
  private static final double LARGEST_POINT = 1 << 21;

  /** Told in the name of an operating point. */
  static final String TRANSFORMED = " transform";

  private final float[] weights;
  private final Shape shape;
  private final Optional<OfferedTransform> transform;
  private final ScalarParams params;
  private final double rootMeanSquare;
  private final double largest;

  /** Quantizes weights. */
  ScalarSolver(float[] weights, Shape shape, ScalarParams params) {
    this(weights, shape, Optional.empty(), params);
  }

  /** Quantizes what the transform makes of the weights. */
  static ScalarSolver transformed(
      float[] weights, Shape shape, OfferedTransform transform, ScalarParams params) {
    float[] coefficients = transform.transform().forward(weights);
    return new ScalarSolver(coefficients, shape, Optional.of(transform), params);
  }

  /**
   * @param weights or coefficients, where there is a transform
   */
  private ScalarSolver(
      float[] weights, Shape shape, Optional<OfferedTransform> transform, ScalarParams params) {
    this.weights = weights;
    this.shape = shape;
    this.transform = transform;
    this.params = params;
    rootMeanSquare = RowSteps.rootMeanSquare(weights, 0, weights.length);
    double most = 0;
    for (float v : weights) {
      most = Math.max(most, Math.abs(v));
    }
    largest = most;
  }

  double rootMeanSquare() {
    return rootMeanSquare;
  }

  ScalarFactors atStep(float step, OperatingPoint point) {
    int rows = Math.toIntExact(shape.rows());
    RowSteps steps =
        params.scope() == StepScope.PER_TENSOR
            ? RowSteps.single(step, rows)
            : RowSteps.proportional(step, weights, rows, rootMeanSquare);
    IntegerLayout layout = ScalarFactors.layout(shape, transform);
    int[] points =
        new DependentQuantizer(layout, params.trellis(), params.rateWeight())
            .quantize(steps.normalise(weights));
    ByteWriter stream = new ByteWriter();
    IntegerCoder.encode(stream, points, layout, params.trellis());
    String label = transform.isPresent() ? point + TRANSFORMED : point.toString();
    return new ScalarFactors(
        shape, transform, params.trellis(), steps, stream.toByteArray(), label);
  }

  private double bitsPerWeight(ScalarFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return 8.0 * out.size() / weights.length;
  }

  /**
   * The step is found on a sample, then corrected once on all weights if that is off: bits fall by
   * one where the step doubles.
   */
  ScalarFactors atBits(OperatingPoint point) {
    if (largest == 0) {
      return atStep(1, point);
    }
    ScalarSolver sample = sample();
    double logStep = sample.searchLogStep(point);
    ScalarFactors factors = atStep(clampedStep(logStep), point);
    double off = bitsPerWeight(factors) - point.value();
    if (sample == this || Math.abs(off) <= CLOSE * point.value()) {
      return factors;
    }
    return atStep(clampedStep(logStep + off), point);
  }

  /** log₂ of the step; secant steps inside of a shrinking bracket. */
  private double searchLogStep(OperatingPoint point) {
    double aim = point.value();
    double low = StrictMath.log(largest / LARGEST_POINT) / StrictMath.log(2);
    double high = StrictMath.log(2 * largest) / StrictMath.log(2);
    double trial =
        StrictMath.log(Math.max(rootMeanSquare, Float.MIN_VALUE)) / StrictMath.log(2) + 1 - aim;
    double best = high;
    double bestOff = Double.POSITIVE_INFINITY;
    for (int n = 0; n < MOST_TRIALS && high - low > 1e-3; n++) {
      trial = trial > low && trial < high ? trial : 0.5 * (low + high);
      double off = bitsPerWeight(atStep(clampedStep(trial), point)) - aim;
      if (Math.abs(off) < bestOff) {
        bestOff = Math.abs(off);
        best = trial;
      }
      if (bestOff <= CLOSE * aim) {
        break;
      }
      if (off > 0) {
        low = trial;
      } else {
        high = trial;
      }
      trial += off;
    }
    return best;
  }

  private float clampedStep(double logStep) {
    double step = StrictMath.pow(2, logStep);
    return (float) Math.max(Float.MIN_VALUE, Math.min(Float.MAX_VALUE, step));
  }

  private ScalarSolver sample() {
    if (weights.length <= 2 * SAMPLE) {
      return this;
    }
    if (shape.rank() < 2 || shape.rowElements() > SAMPLE) {
      int kernel = transform.map(known -> known.transform().size()).orElse(1);
      int kernels = SAMPLE / kernel;
      float[] head = Arrays.copyOf(weights, kernels * kernel);
      Shape row = kernel == 1 ? Shape.of(1, kernels) : Shape.of(1, kernels, kernel);
      return new ScalarSolver(head, row, transform, params);
    }
    int rows = (int) shape.rows();
    int length = (int) shape.rowElements();
    int kept = Math.max(1, SAMPLE / length);
    float[] values = new float[kept * length];
    for (int k = 0; k < kept; k++) {
      int row = (int) ((long) k * rows / kept);
      System.arraycopy(weights, row * length, values, k * length, length);
    }
    return new ScalarSolver(values, shape.withRows(kept), transform, params);
  }
}
