package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Reads the factors of networks. It solves single tensors too, as networks of one layer whose
 * inputs are all alike; where the inputs are known, {@link LayerQuantizer} is the way.
 */
public final class SecondOrderMethod implements Method<SecondOrderParams, NetworkFactors> {
  /** A row of more inputs has second moments of more than 512 MiB. */
  private static final long MOST_COLUMNS = 1 << 13;

  @Override
  public MethodId id() {
    return MethodId.SECOND_ORDER;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, SecondOrderParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " holds no floating-point weights");
    }
    if (weights.shape().elements() == 0) {
      return Optional.of("there are no weights");
    }
    if (weights.shape().rowElements() > MOST_COLUMNS) {
      return Optional.of(
          "an output has %d inputs, more than %d"
              .formatted(weights.shape().rowElements(), MOST_COLUMNS));
    }
    for (float value : weights.values()) {
      if (!Float.isFinite(value)) {
        return Optional.of("weights are beyond the range of float32 or not finite");
      }
    }
    return Optional.empty();
  }

  /** {@inheritDoc} Uses no randomness. */
  @Override
  public List<NetworkFactors> solve(WeightPartition weights, SecondOrderParams params, long seed) {
    LayerProblem problem = LayerProblem.ofWeights(weights.shape(), weights.values());
    double energy = 0;
    for (float value : problem.target()) {
      energy += (double) value * value;
    }
    double rootMeanSquare = Math.sqrt(energy / problem.target().length);
    List<NetworkFactors> solved = new ArrayList<>();
    for (double relative : params.relativeSteps()) {
      double step = rootMeanSquare == 0 ? 1 : rootMeanSquare * relative;
      double stored = Math.max(Float.MIN_VALUE, Math.min(Float.MAX_VALUE, step));
      LayerSettings settings = params.settings().withStep(stored);
      StoredMember layer = LayerQuantizer.quantize(problem, settings);
      solved.add(NetworkFactors.of(List.of(layer), List.of(weights.shape()), "step=" + relative));
    }
    return solved;
  }

  @Override
  public NetworkFactors read(ByteReader in, List<Shape> shapes) {
    return NetworkFactors.read(in, shapes);
  }
}
