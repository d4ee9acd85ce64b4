package org.zoopress.method.tucker;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.ModeOrder;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Tucker-2 and spatial SVD of convolutions, truncated SVD of layers without kernel; the mathematics
 * is in the package description.
 */
public final class TuckerMethod implements Method<TuckerParams, TuckerFactors> {
  @Override
  public MethodId id() {
    return MethodId.TUCKER;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, TuckerParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " values are no floating-point weights");
    }
    return ModeOrder.refusal(weights.shape());
  }

  /**
   * One result for every operating point with every factor type, types changing fastest.
   *
   * @param seed ignored: nothing is random here
   */
  @Override
  public List<TuckerFactors> solve(WeightPartition weights, TuckerParams params, long seed) {
    return new WeightSolver(weights, params).solve();
  }

  @Override
  public TuckerFactors read(ByteReader in, List<Shape> shapes) {
    if (shapes.size() != 1) {
      throw new CorruptDataException("Tucker factors of %d tensors".formatted(shapes.size()));
    }
    ModeOrder.refusal(shapes.get(0))
        .ifPresent(
            reason -> {
              throw new CorruptDataException("Tucker factors of a tensor: " + reason);
            });
    return TuckerFactors.read(in, shapes.get(0));
  }
}
