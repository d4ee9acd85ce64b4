package org.zoopress.method.tensortrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.ModeOrder;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Tensor trains by TT-SVD; their mathematics is in the package description. */
public final class TensorTrainMethod implements Method<TensorTrainParams, TensorTrainFactors> {
  @Override
  public MethodId id() {
    return MethodId.TENSOR_TRAIN;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, TensorTrainParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " values are no floating-point weights");
    }
    Shape shape = weights.shape();
    return ModeOrder.refusal(shape)
        .or(() -> params.modes().refusal((int) shape.dim(0), (int) shape.dim(1)));
  }

  /**
   * One result for every operating point with every factor type, types changing fastest; for {@link
   * OperatingPoint.Exact} what it says.
   *
   * @param seed ignored: nothing is random here
   */
  @Override
  public List<TensorTrainFactors> solve(
      WeightPartition weights, TensorTrainParams params, long seed) {
    LinearAlgebra algebra = LinearAlgebra.get();
    ModeOrder order = TensorTrainFactors.order(weights.shape());
    int[] dims = order.dims();
    int[] modes = params.modes().of(dims[0], dims[2] * dims[3], dims[1]);
    RestoredError error = new RestoredError(weights);
    ScaledTensor tensor = ScaledTensor.of(order.reorder(weights.values()));
    TensorTrainSvd source = new TensorTrainSvd(algebra, modes, tensor.unit());
    ChainSolver solver =
        new ChainSolver(
            algebra,
            source,
            tensor.scale(),
            cores ->
                error.squared(new TensorTrainFactors("", weights.shape(), cores), tensor.scale()));
    List<TensorTrainFactors> results = new ArrayList<>();
    for (OperatingPoint point : params.operatingPoints()) {
      if (point instanceof OperatingPoint.Exact) {
        for (FactorType type : List.of(FactorType.F16, FactorType.F32)) {
          solver
              .exactRanks(type)
              .map(ranks -> solver.encode(source.chain(ranks), type))
              .map(c -> new TensorTrainFactors(label(point, type), weights.shape(), c))
              .ifPresent(results::add);
        }
        continue;
      }
      CoreChain sized =
          point instanceof OperatingPoint.Ratio ratio
              ? source.chainOfSize((long) (weights.shape().elements() / ratio.ratio()))
              : null;
      for (FactorType type : params.factorTypes()) {
        StoredCores cores =
            sized != null
                ? solver.encode(sized, type)
                : solver.within(((OperatingPoint.TargetError) point).relativeError(), type);
        results.add(new TensorTrainFactors(label(point, type), weights.shape(), cores));
      }
    }
    return results;
  }

  private static String label(OperatingPoint point, FactorType type) {
    return "%s factors=%s".formatted(point.label(), type.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public TensorTrainFactors read(ByteReader in, List<Shape> shapes) {
    if (shapes.size() != 1) {
      throw new CorruptDataException("a tensor train of %d tensors".formatted(shapes.size()));
    }
    ModeOrder.refusal(shapes.get(0))
        .ifPresent(
            reason -> {
              throw new CorruptDataException("tensor train of a tensor: " + reason);
            });
    return TensorTrainFactors.read(in, shapes.get(0));
  }
}
