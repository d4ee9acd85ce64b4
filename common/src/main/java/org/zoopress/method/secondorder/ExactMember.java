package org.zoopress.method.secondorder;

import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.lossless.LosslessFactors;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lossless.LosslessParams;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** A tensor that must not change, bit for bit. */
public final class ExactMember implements StoredMember {
  private final Shape shape;
  private final LosslessFactors factors;

  ExactMember(Shape shape, LosslessFactors factors) {
    this.shape = shape;
    this.factors = factors;
  }

  /**
   * @param data elements, little-endian, row-major
   */
  public static ExactMember of(byte[] data, DType dtype, Shape shape) {
    WeightPartition weights = new WeightPartition("", 0, dtype, shape, data);
    return new ExactMember(
        shape, new LosslessMethod().solve(weights, LosslessParams.DEFAULT, 0).get(0));
  }

  LosslessFactors factors() {
    return factors;
  }

  @Override
  public long elements() {
    return shape.elements();
  }

  /**
   * {@inheritDoc}
   *
   * @throws CorruptDataException if it was stored with another dtype
   */
  @Override
  public byte[] restore(DType dtype) {
    return factors.restore(0, dtype);
  }
}
