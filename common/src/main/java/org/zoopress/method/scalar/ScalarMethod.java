package org.zoopress.method.scalar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.Trellis;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Entropy-coded scalar quantization; see the package for the mathematics. */
public final class ScalarMethod implements Method<ScalarParams, ScalarFactors> {
  /** Points beyond this are neither exact as float32 nor of use. */
  private static final double LARGEST_POINT = 1 << 22;

  // Finer than this the prediction inside of kernels is as good as a transform: on ResNet-20, -32
  // and -56 they are equal at 3.2 bits, and the transform behind by 0.5 % at 4.2.
  private static final double MOST_TRANSFORMED_BITS = 3.5;
  private static final double FINEST_TRANSFORMED_STEP = 0.125;

  private final SharedFactors shared;
  private final Map<Integer, OfferedTransform> offered = new HashMap<>();

  /** Without transforms: quantizes the weights themselves, reads nothing else. */
  public ScalarMethod() {
    this(SharedFactors.none());
  }

  /** Reads factors of weights and of coefficients; solves without transforms. */
  public ScalarMethod(SharedFactors shared) {
    this.shared = shared;
  }

  /**
   * Also tries the kernel transforms among these objects, at operating points that are coarse
   * enough for them: each is then another operating point, {@code bits=2 transform}.
   */
  public ScalarMethod(List<SharedObject> objects) {
    this(SharedFactors.of(objects));
    KernelTransform.bySize(objects)
        .forEach((size, id) -> offered.put(size, OfferedTransform.find(shared, id)));
  }

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
      solved.add(at(solver, point));
    }
    OfferedTransform transform = offered.get(KernelTransform.kernelSize(weights.shape()));
    if (transform != null) {
      addTransformed(weights, params, transform, solved);
    }
    return solved;
  }

  private static void addTransformed(
      WeightPartition weights,
      ScalarParams params,
      OfferedTransform transform,
      List<ScalarFactors> solved) {
    ScalarSolver solver =
        ScalarSolver.transformed(weights.values(), weights.shape(), transform, params);
    for (OperatingPoint point : params.points()) {
      if (mayTransform(point)) {
        solved.add(at(solver, point));
      }
    }
  }

  /** Whether the operating point is so coarse that a kernel transform is worth a try. */
  public static boolean mayTransform(OperatingPoint point) {
    return switch (point.kind()) {
      case BITS -> point.value() <= MOST_TRANSFORMED_BITS;
      case RELATIVE_STEP -> point.value() >= FINEST_TRANSFORMED_STEP;
      case STEP -> true; // whether it is coarse depends on the tensor
    };
  }

  private static ScalarFactors at(ScalarSolver solver, OperatingPoint point) {
    return point.kind() == OperatingPoint.Kind.BITS
        ? solver.atBits(point)
        : solver.atStep((float) absoluteStep(point, solver.rootMeanSquare()), point);
  }

  @Override
  public ScalarFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < 1 || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("quantized weights of shape " + shape);
    }
    int head = in.readByte();
    Trellis trellis =
        Trellis.ofCode(head & ~(ScalarFactors.ROW_STEPS_FLAG | ScalarFactors.TRANSFORM_FLAG));
    Optional<OfferedTransform> transform =
        (head & ScalarFactors.TRANSFORM_FLAG) == 0
            ? Optional.empty()
            : Optional.of(readTransform(in, shape));
    int rows = Math.toIntExact(shape.rows());
    RowSteps steps = RowSteps.read(in, (head & ScalarFactors.ROW_STEPS_FLAG) != 0, rows);
    int count = Math.toIntExact(shape.elements());
    byte[] stream = IntegerCoder.readStream(in, count, ScalarFactors.layout(shape, transform));
    String point = OperatingPoint.step(steps.step()).toString();
    String label = transform.isPresent() ? point + ScalarSolver.TRANSFORMED : point;
    return new ScalarFactors(shape, transform, trellis, steps, stream, label);
  }

  private OfferedTransform readTransform(ByteReader in, Shape shape) {
    OfferedTransform transform = OfferedTransform.find(shared, SharedId.read(in));
    if (KernelTransform.kernelSize(shape) != transform.transform().size()) {
      throw new CorruptDataException(
          "transform of %d positions for kernels of shape %s"
              .formatted(transform.transform().size(), shape));
    }
    return transform;
  }
}
