package org.zoopress.method.tensortrain;

import org.zoopress.method.Factors;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.WeightPartition;

/** Error of factors as a user will meet it: after rounding to the dtype of the weight. */
public final class RestoredError {
  private final DType dtype;
  private final float[] original;

  /** Keeps the values of the weight. */
  public RestoredError(WeightPartition weights) {
    this.dtype = weights.dtype();
    this.original = weights.values();
  }

  /** ‖(W − Ŵ)/scale‖². */
  public double squared(Factors factors, float scale) {
    float[] restored = dtype.toFloats(factors.restore(0, dtype));
    double sum = 0;
    for (int i = 0; i < original.length; i++) {
      double difference = ((double) original[i] - restored[i]) / scale;
      sum += difference * difference;
    }
    return sum;
  }
}
