package org.zoopress.method.tensortrain;

/**
 * A tensor at unit scale.
 *
 * @param unit W/scale, row-major, mean square 1; all zeros if the tensor is
 * @param scale root mean square, rounded to float32 as it is stored; 1 for a tensor of zeros
 */
public record ScaledTensor(double[] unit, float scale) {
  /** Scales a copy of the values. */
  public static ScaledTensor of(float[] values) {
    double squared = 0;
    for (float v : values) {
      squared += (double) v * v;
    }
    double[] unit = new double[values.length];
    if (squared == 0) {
      return new ScaledTensor(unit, 1);
    }
    float scale = Math.max(Float.MIN_VALUE, (float) Math.sqrt(squared / values.length));
    for (int i = 0; i < unit.length; i++) {
      unit[i] = values[i] / (double) scale;
    }
    return new ScaledTensor(unit, scale);
  }
}
