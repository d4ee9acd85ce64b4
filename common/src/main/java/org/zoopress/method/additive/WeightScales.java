package org.zoopress.method.additive;

import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;

/**
 * Scales s of a weight: x = w / s has root mean square 1 before coding, and after it s is the one
 * of least error for the codes found.
 *
 * @param values as stored in 16 bits; 0 where all weights are zero beside the others
 */
record WeightScales(float[] values) {
  /** Root mean squares of {@code count} equal parts of the weights. */
  static WeightScales rootMeanSquares(float[] weights, int count) {
    int length = weights.length / count;
    float[] scales = new float[count];
    for (int s = 0; s < count; s++) {
      double sum = 0;
      for (int i = s * length; i < (s + 1) * length; i++) {
        sum += (double) weights[i] * weights[i];
      }
      scales[s] = (float) Math.sqrt(sum / length);
    }
    return rounded(scales);
  }

  /** s = ⟨w, y⟩/⟨y, y⟩, of least ‖w − s·y‖² for the decoded vectors y of unit scale. */
  static WeightScales leastSquares(float[] weights, float[] decoded, int count) {
    int length = weights.length / count;
    float[] scales = new float[count];
    for (int s = 0; s < count; s++) {
      double product = 0;
      double norm = 0;
      for (int i = s * length; i < (s + 1) * length; i++) {
        product += (double) weights[i] * decoded[i];
        norm += (double) decoded[i] * decoded[i];
      }
      scales[s] = norm == 0 ? 0 : finite(product / norm);
    }
    return rounded(scales);
  }

  private static float finite(double value) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }

  private static WeightScales rounded(float[] scales) {
    return new WeightScales(FactorCoder.rounded(scales, 1, scales.length, FactorType.F16, 1));
  }

  /** w / s. */
  float[] normalise(float[] weights) {
    int length = weights.length / values.length;
    float[] x = new float[weights.length];
    for (int i = 0; i < x.length; i++) {
      float scale = values[i / length];
      x[i] = scale == 0 ? 0 : weights[i] / scale;
    }
    return x;
  }

  byte[] stored() {
    ByteWriter out = new ByteWriter();
    FactorCoder.write(out, values, 1, values.length, FactorType.F16, 1);
    return out.toByteArray();
  }
}
