package org.zoopress.method.integer;

import java.util.List;
import java.util.Optional;
import org.zoopress.coding.BitPacking;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.Check;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * The plain baselines int8 and int4, as inference engines store weights: one scale an output
 * channel, symmetric, no entropy coding.
 *
 * <pre>
 *   scale = max |w| of the channel / (2^(bits−1) − 1),    level = round(w / scale),    ŵ = level · scale
 * </pre>
 *
 * <p>A vector counts as one channel.
 */
public final class IntegerMethod implements Method<IntegerParams, IntegerFactors> {
  private final MethodId id;
  private final int bits;

  /**
   * @param id {@link MethodId#INT8} or {@link MethodId#INT4}
   */
  public IntegerMethod(MethodId id) {
    Check.argument(
        id == MethodId.INT8 || id == MethodId.INT4,
        "Cannot quantize to integers by method %s. Use int8 or int4.",
        id.label());
    this.id = id;
    this.bits = id == MethodId.INT8 ? 8 : 4;
  }

  @Override
  public MethodId id() {
    return id;
  }

  @Override
  public Optional<String> refusal(WeightPartition weights, IntegerParams params) {
    if (!weights.dtype().compressible()) {
      return Optional.of(weights.dtype() + " holds no floating-point weights");
    }
    if (weights.shape().elements() == 0) {
      return Optional.of("there are no weights");
    }
    for (float v : weights.values()) {
      if (!Float.isFinite(v)) {
        return Optional.of("weights are beyond the range of float32 or not finite");
      }
    }
    return Optional.empty();
  }

  /** {@inheritDoc} One result; uses no randomness. */
  @Override
  public List<IntegerFactors> solve(WeightPartition weights, IntegerParams params, long seed) {
    float[] values = weights.values();
    int rows = channels(weights.shape());
    int length = values.length / rows;
    int limit = (1 << (bits - 1)) - 1;
    float[] scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * length; i < (row + 1) * length; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      scales[row] = largest / limit;
    }
    // Levels belong to the scales as they are stored.
    scales = FactorCoder.rounded(scales, rows, 1, IntegerFactors.SCALE_TYPE, 0);
    byte[] levels = new byte[values.length];
    for (int i = 0; i < levels.length; i++) {
      double scale = scales[i / length];
      double level = scale == 0 ? 0 : Math.rint(values[i] / scale);
      levels[i] = (byte) Math.max(-limit, Math.min(limit, level));
    }
    return List.of(new IntegerFactors(id, bits, scales, levels));
  }

  /** Channels that have a scale of their own. */
  static int channels(Shape shape) {
    return shape.rank() < 2 ? 1 : Math.toIntExact(shape.rows());
  }

  @Override
  public IntegerFactors read(ByteReader in, List<Shape> shapes) {
    Shape shape = shapes.get(0);
    if (shape.elements() < 1 || shape.elements() > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("integer weights of shape " + shape);
    }
    int rows = channels(shape);
    float[] scales = FactorCoder.read(in, rows, 1);
    for (float scale : scales) {
      if (!(scale >= 0) || scale == Float.POSITIVE_INFINITY) {
        throw new CorruptDataException("scale of a channel is " + scale);
      }
    }
    int[] codes = BitPacking.read(in, Math.toIntExact(shape.elements()), bits);
    int offset = 1 << (bits - 1);
    byte[] levels = new byte[codes.length];
    for (int i = 0; i < codes.length; i++) {
      levels[i] = (byte) (codes[i] - offset);
    }
    return new IntegerFactors(id, bits, scales, levels);
  }
}
