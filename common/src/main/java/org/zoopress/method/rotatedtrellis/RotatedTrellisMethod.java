package org.zoopress.method.rotatedtrellis;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Rotation, scales along the axes, and a trellis code that is not stored; see the package. */
public final class RotatedTrellisMethod
    implements Method<RotatedTrellisParams, RotatedTrellisFactors> {
  /** Of fewer weights scale and header take more than the codes of two bits. */
  private static final int FEWEST_WEIGHTS = 64;

  @Override
  public MethodId id() {
    return MethodId.ROTATED_TRELLIS;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, RotatedTrellisParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " holds no floating-point weights");
    }
    long elements = weights.shape().elements();
    if (elements < FEWEST_WEIGHTS) {
      return Optional.of(
          "the scales of only %d weights would take more bytes than the codes".formatted(elements));
    }
    for (float v : weights.values()) {
      if (!Float.isFinite(v)) {
        return Optional.of("weights are beyond the range of float32 or not finite");
      }
    }
    return Optional.empty();
  }

  /** {@inheritDoc} The signs of rotations are fixed: the seed is not used. */
  @Override
  public List<RotatedTrellisFactors> solve(
      WeightPartition weights, RotatedTrellisParams params, long seed) {
    RotatedTrellisSolver solver = new RotatedTrellisSolver(weights, params, TrellisKernels.get());
    return params.bits().stream().map(solver::solve).toList();
  }

  @Override
  public RotatedTrellisFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < FEWEST_WEIGHTS || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("rotated trellis codes of a weight of shape " + shape);
    }
    return RotatedTrellisFactors.read(in, shape);
  }
}
