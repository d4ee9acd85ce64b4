package org.zoopress.method.lossless;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.BytePlanes;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.ZstdBytes;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.lossless.LosslessFactors.Packing;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Keeps every bit of any tensor; never more than one byte larger than its elements.
 *
 * <p>The smallest of the elements as they are, one zstd frame, and entropy-coded byte planes is
 * stored. Deltas to a related tensor are not made here: a caller that has one XORs first.
 */
public final class LosslessMethod implements Method<LosslessParams, LosslessFactors> {
  private static final int ZSTD_LEVEL = 9;

  @Override
  public MethodId id() {
    return MethodId.LOSSLESS;
  }

  /** Never refuses. */
  @Override
  public Optional<String> refusal(WeightPartition weights, LosslessParams params) {
    return Optional.empty();
  }

  /** {@inheritDoc} Uses no randomness. */
  @Override
  public List<LosslessFactors> solve(WeightPartition weights, LosslessParams params, long seed) {
    byte[] data = weights.data();
    DType dtype = weights.dtype();
    boolean rotated = dtype.compressible();
    LosslessFactors best = factors(weights, Packing.RAW, data);
    ByteWriter planes = new ByteWriter();
    BytePlanes.encode(planes, data, dtype.bytes(), rotated);
    best =
        smaller(
            best,
            factors(
                weights, rotated ? Packing.ROTATED_PLANES : Packing.PLANES, planes.toByteArray()));
    best = smaller(best, factors(weights, Packing.ZSTD, ZstdBytes.compress(data, ZSTD_LEVEL)));
    return List.of(best);
  }

  private static LosslessFactors factors(WeightPartition weights, Packing packing, byte[] packed) {
    return new LosslessFactors(weights.shape(), packing, weights.dtype().bytes(), packed);
  }

  private static LosslessFactors smaller(LosslessFactors one, LosslessFactors other) {
    return size(other) < size(one) ? other : one;
  }

  private static int size(LosslessFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }

  @Override
  public LosslessFactors read(ByteReader in, List<Shape> shapes) {
    return LosslessFactors.read(in, shapes.get(0));
  }
}
