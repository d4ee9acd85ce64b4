package org.zoopress.method.additive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Additive quantization with codebooks of each partition's own, where it has vectors enough for
 * them, and with shared ones; see the package.
 */
public final class AdditiveMethod implements Method<AdditiveParams, AdditiveFactors> {
  private final SharedFactors shared;
  private final List<SharedId> offered;

  /** Own codebooks only. */
  public AdditiveMethod() {
    this(SharedFactors.none(), List.of());
  }

  /**
   * @param shared where the codebooks are found that factors refer to
   * @param offered codebooks that partitions may be solved with
   */
  public AdditiveMethod(SharedFactors shared, List<SharedId> offered) {
    this.shared = shared;
    this.offered = List.copyOf(offered);
  }

  @Override
  public MethodId id() {
    return MethodId.ADDITIVE;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, AdditiveParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " holds no floating-point weights");
    }
    Shape shape = weights.shape();
    if (shape.elements() == 0) {
      return Optional.of("there are no weights");
    }
    SubVectors cut = SubVectors.balanced(shape, params.dimension());
    int perVector = Math.max(cut.dimension(), CodeShape.MOST_CODEBOOKS);
    if (cut.count() * perVector > Integer.MAX_VALUE - 8) {
      return Optional.of("%d vectors are more than one array".formatted(cut.count()));
    }
    if (!affordsOwn(shape, params) && fitting(shape).isEmpty()) {
      return Optional.of(
          "codebooks for only %d vectors of %d weights would take more bytes than the codes"
              .formatted(cut.count(), cut.dimension()));
    }
    for (float v : weights.values()) {
      if (!Float.isFinite(v)) {
        return Optional.of("weights are beyond the range of float32 or not finite");
      }
    }
    return Optional.empty();
  }

  private static boolean affordsOwn(Shape shape, AdditiveParams params) {
    SubVectors cut = SubVectors.balanced(shape, params.dimension());
    return AdditiveSolver.affordableCodewords(cut.count(), cut.dimension(), params) > 0;
  }

  private List<SharedId> fitting(Shape shape) {
    return offered.stream()
        .filter(id -> SharedSolver.fits(shape, SharedCodebooks.find(shared, id).dimension()))
        .toList();
  }

  /** Points with own codebooks, then those with each of the shared ones. */
  @Override
  public List<AdditiveFactors> solve(WeightPartition weights, AdditiveParams params, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<AdditiveFactors> points = new ArrayList<>();
    if (affordsOwn(weights.shape(), params)) {
      AdditiveSolver solver = new AdditiveSolver(weights, params);
      params.codebooks().forEach(books -> points.add(solver.solve(books, random.nextLong())));
    }
    for (SharedId id : fitting(weights.shape())) {
      points.addAll(new SharedSolver(weights, params, id, shared).solve(random.nextLong()));
    }
    return points;
  }

  @Override
  public AdditiveFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < 1 || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("additive codes of a weight of shape " + shape);
    }
    return AdditiveFactors.read(in, shape, shared);
  }
}
