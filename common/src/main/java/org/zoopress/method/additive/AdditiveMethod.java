package org.zoopress.method.additive;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Additive quantization with codebooks of each partition's own; see the package. */
public final class AdditiveMethod implements Method<AdditiveParams, AdditiveFactors> {
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
    if (AdditiveSolver.affordableCodewords(cut.count(), cut.dimension(), params) == 0) {
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

  @Override
  public List<AdditiveFactors> solve(WeightPartition weights, AdditiveParams params, long seed) {
    AdditiveSolver solver = new AdditiveSolver(weights, params);
    SplittableRandom random = new SplittableRandom(seed);
    return params.codebooks().stream()
        .map(books -> solver.solve(books, random.nextLong()))
        .toList();
  }

  @Override
  public AdditiveFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < 1 || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("additive codes of a weight of shape " + shape);
    }
    return AdditiveFactors.read(in, shape);
  }
}
