package org.zoopress.method.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.Trellis;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.WeightLayout;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Entropy-coded scalar quantization; see the package for the mathematics. */
public final class ScalarMethod implements Method<ScalarParams, ScalarFactors> {
  /** Points beyond this are neither exact as float32 nor of use. */
  private static final double LARGEST_POINT = 1 << 22;

  @Override
  public MethodId id() {
    return MethodId.SCALAR;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, ScalarParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " holds no floating-point weights");
    }
    if (weights.shape().elements() == 0) {
      return Optional.of("there are no weights");
    }
    float[] values = weights.values();
    double largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v)); // a NaN stays
    }
    if (!(largest <= Float.MAX_VALUE)) {
      return Optional.of("weights are beyond the range of float32 or not finite");
    }
    double rootMeanSquare = RowSteps.rootMeanSquare(values, 0, values.length);
    for (OperatingPoint point : params.points()) {
      if (point.kind() != OperatingPoint.Kind.BITS) {
        double step = absoluteStep(point, rootMeanSquare);
        if (step > Float.MAX_VALUE || largest / step > LARGEST_POINT) {
          return Optional.of(
              "%s is out of proportion to the largest weight %s".formatted(point, largest));
        }
      }
    }
    return Optional.empty();
  }

  private static double absoluteStep(OperatingPoint point, double rootMeanSquare) {
    return point.kind() == OperatingPoint.Kind.STEP
        ? point.value()
        : point.value() * (rootMeanSquare == 0 ? 1 : rootMeanSquare);
  }

  /** {@inheritDoc} Uses no randomness. */
  @Override
  public List<ScalarFactors> solve(WeightPartition weights, ScalarParams params, long seed) {
    ScalarSolver solver = new ScalarSolver(weights.values(), weights.shape(), params);
    List<ScalarFactors> solved = new ArrayList<>();
    for (OperatingPoint point : params.points()) {
      solved.add(
          point.kind() == OperatingPoint.Kind.BITS
              ? solver.atBits(point)
              : solver.atStep((float) absoluteStep(point, solver.rootMeanSquare()), point));
    }
    return solved;
  }

  @Override
  public ScalarFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < 1 || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("quantized weights of shape " + shape);
    }
    int head = in.readByte();
    Trellis trellis = Trellis.ofCode(head & ~ScalarFactors.ROW_STEPS_FLAG);
    int rows = Math.toIntExact(shape.rows());
    RowSteps steps = RowSteps.read(in, (head & ScalarFactors.ROW_STEPS_FLAG) != 0, rows);
    int count = Math.toIntExact(shape.elements());
    byte[] stream = IntegerCoder.readStream(in, count, WeightLayout.of(shape));
    String point = OperatingPoint.step(steps.step()).toString();
    return new ScalarFactors(shape, trellis, steps, stream, point);
  }
}
