package org.zoopress.method.lowranksparse;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SolveContext;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.Unfolding;
import org.zoopress.tensor.WeightPartition;

/**
 * Low rank + sparse, with H = I unless inputs are known; its mathematics is in the package
 * description.
 */
public final class LowRankSparse implements Method<LowRankSparseParams, LowRankSparseFactors> {
  @Override
  public MethodId id() {
    return MethodId.LOW_RANK_SPARSE;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, LowRankSparseParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " values are no floating-point weights");
    }
    Optional<String> refusal = Unfolding.refusal(weights.shape());
    if (refusal.isPresent()) {
      return refusal;
    }
    for (float v : weights.values()) {
      if (!Float.isFinite(v)) {
        return Optional.of("weights are beyond the range of float32 or not finite");
      }
    }
    return Optional.empty();
  }

  /**
   * {@inheritDoc}
   *
   * @param seed of the directions in which the rank grows
   */
  @Override
  public List<LowRankSparseFactors> solve(
      WeightPartition weights, LowRankSparseParams params, long seed) {
    return solve(weights, params, seed, SolveContext.NONE);
  }

  /**
   * {@inheritDoc}
   *
   * @param context with inputs the error is that of the layer's outputs, relative to the outputs
   */
  @Override
  public List<LowRankSparseFactors> solve(
      WeightPartition weights, LowRankSparseParams params, long seed, SolveContext context) {
    return new WeightSolver(weights, params, seed, context).solve();
  }

  @Override
  public boolean usesInputs() {
    return true;
  }

  @Override
  public LowRankSparseFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    Unfolding.refusal(shape)
        .ifPresent(
            reason -> {
              throw new CorruptDataException("low rank + sparse of a tensor: " + reason);
            });
    return LowRankSparseFactors.read(in, shape);
  }
}
