package org.zoopress.method.integer;

import org.zoopress.coding.BitPacking;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;

/**
 * Integer weights and their scales.
 *
 * <p>Stored form: the scales ({@link FactorCoder}), then level + 2^(bits−1) of each weight in
 * {@code bits} bits ({@link BitPacking}).
 */
public final class IntegerFactors implements Factors {
  /** Half precision keeps a scale to 0.05 %, far below the rounding of the weights. */
  static final FactorType SCALE_TYPE = FactorType.F16;

  private final MethodId method;
  private final int bits;
  private final float[] scales;
  private final byte[] levels;

  IntegerFactors(MethodId method, int bits, float[] scales, byte[] levels) {
    this.method = method;
    this.bits = bits;
    this.scales = scales;
    this.levels = levels;
  }

  @Override
  public MethodId method() {
    return method;
  }

  @Override
  public String operatingPoint() {
    return "";
  }

  @Override
  public void write(ByteWriter out) {
    FactorCoder.write(out, scales, scales.length, 1, SCALE_TYPE, 0);
    int offset = 1 << (bits - 1);
    int[] codes = new int[levels.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = levels[i] + offset;
    }
    BitPacking.write(out, codes, bits);
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    float[] values = new float[levels.length];
    int length = values.length / scales.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[i] * scales[i / length];
    }
    return RestoredValues.bytes(values, dtype);
  }
}
