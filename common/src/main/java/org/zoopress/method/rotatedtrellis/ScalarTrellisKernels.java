package org.zoopress.method.rotatedtrellis;

/** {@link TrellisKernels} in plain Java: the twin of {@link VectorTrellisKernels}, bit for bit. */
final class ScalarTrellisKernels implements TrellisKernels {
  @Override
  public void advance(
      float[] values,
      float amplitude,
      float target,
      float[] costs,
      int from,
      int shift,
      int to,
      int nextShift) {
    int stride = values.length >>> nextShift;
    for (int q = 0; q < stride; q++) {
      float least = Float.POSITIVE_INFINITY;
      for (int p = q; p < values.length; p += stride) {
        float distance = Math.fma(values[p], amplitude, -target);
        least = Math.min(least, Math.fma(distance, distance, costs[from + (p >>> shift)]));
      }
      costs[to + q] = least;
    }
  }
}
