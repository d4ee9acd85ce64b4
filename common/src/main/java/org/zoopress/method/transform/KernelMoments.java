package org.zoopress.method.transform;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Second moments of kernels, summed exactly: n×n integers in units of 2⁻³² for weights of shares
 * that add up to one a model, so that the sum is the same in whatever order and grouping parts are
 * added. A sum holds 2³¹/n models.
 */
public final class KernelMoments implements Serializable {
  private static final double UNIT = 0x1p-32;

  private final int size;
  // Row-major; both triangles.
  private final long[] sums;

  private KernelMoments(int size, long[] sums) {
    this.size = size;
    this.sums = sums;
  }

  /** Nothing added yet. */
  public static KernelMoments none(int size) {
    return new KernelMoments(size, new long[size * size]);
  }

  /**
   * The moments of one weight partition, normalised to mean square one.
   *
   * @param weights kernels one after the other
   * @param size positions of a kernel
   * @param share of the partition's kernels among those of its model, in (0, 1]
   * @return zero where a weight is not finite or all are zero
   */
  public static KernelMoments of(float[] weights, int size, double share) {
    double[] products = new double[size * size];
    double largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight)); // a NaN stays
    }
    if (!(largest > 0 && largest <= Float.MAX_VALUE)) {
      return none(size);
    }
    // No square under- or overflows once the largest weight is near one.
    double scale = Math.scalb(1.0, -Math.getExponent(largest));
    double[] kernel = new double[size];
    for (int from = 0; from + size <= weights.length; from += size) {
      for (int i = 0; i < size; i++) {
        kernel[i] = weights[from + i] * scale;
        for (int j = 0; j <= i; j++) {
          products[i * size + j] += kernel[i] * kernel[j];
        }
      }
    }
    double energy = 0;
    for (int i = 0; i < size; i++) {
      energy += products[i * size + i];
    }
    return new KernelMoments(size, fixedPoint(products, size, share * size / energy));
  }

  private static long[] fixedPoint(double[] lower, int size, double factor) {
    long[] sums = new long[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        long value = Math.round(lower[i * size + j] * factor / UNIT);
        sums[i * size + j] = value;
        sums[j * size + i] = value;
      }
    }
    return sums;
  }

  /** Positions of a kernel. */
  public int size() {
    return size;
  }

  /** Both sums added; exact. */
  public KernelMoments plus(KernelMoments other) {
    if (other.size != size) {
      throw new IllegalArgumentException("kernels of %d and %d".formatted(size, other.size));
    }
    long[] total = new long[sums.length];
    Arrays.setAll(total, k -> Math.addExact(sums[k], other.sums[k]));
    return new KernelMoments(size, total);
  }

  /** Whether there is nothing to learn from. */
  public boolean isZero() {
    return Arrays.stream(sums).allMatch(sum -> sum == 0);
  }

  /** The sums, n×n, row-major. */
  public double[] matrix() {
    return Arrays.stream(sums).mapToDouble(sum -> sum * UNIT).toArray();
  }

  /** The transform that makes the coefficients of these kernels uncorrelated. */
  public KernelTransform transform() {
    return KernelTransform.of(size, JacobiEigen.vectors(matrix(), size));
  }
}
