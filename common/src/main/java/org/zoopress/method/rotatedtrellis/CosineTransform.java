package org.zoopress.method.rotatedtrellis;

/**
 * Orthonormal cosine transform (DCT-II) along each mode of every kernel, as one P×P matrix: kernels
 * are smooth, so few coefficients hold most of the energy. For P = 1 nothing is done.
 */
final class CosineTransform {
  private final int size;
  // Row k is basis function k.
  private final float[] matrix;

  /**
   * @param dims sizes of the kernel's modes; their product P is small
   */
  CosineTransform(int[] dims) {
    double[] product = {1};
    int p = 1;
    for (int n : dims) {
      product = kronecker(product, p, cosines(n), n);
      p *= n;
    }
    this.size = p;
    this.matrix = new float[p * p];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) product[i];
    }
  }

  private static double[] cosines(int n) {
    double[] c = new double[n * n];
    for (int k = 0; k < n; k++) {
      double unit = Math.sqrt((k == 0 ? 1.0 : 2.0) / n);
      for (int x = 0; x < n; x++) {
        c[k * n + x] = unit * StrictMath.cos(Math.PI * (2 * x + 1) * k / (2.0 * n));
      }
    }
    return c;
  }

  private static double[] kronecker(double[] a, int m, double[] b, int n) {
    double[] product = new double[m * n * m * n];
    for (int row = 0; row < m * n; row++) {
      for (int column = 0; column < m * n; column++) {
        product[row * m * n + column] = a[row / n * m + column / n] * b[row % n * n + column % n];
      }
    }
    return product;
  }

  /** P. */
  int size() {
    return size;
  }

  /** Transforms every P consecutive numbers in place. */
  void forward(float[] weights) {
    multiply(weights, size, 1);
  }

  /** Inverse of {@link #forward}, the transpose. */
  void inverse(float[] weights) {
    multiply(weights, 1, size);
  }

  private void multiply(float[] weights, int rowStride, int columnStride) {
    if (size == 1) {
      return;
    }
    float[] kernel = new float[size];
    for (int from = 0; from < weights.length; from += size) {
      System.arraycopy(weights, from, kernel, 0, size);
      for (int row = 0; row < size; row++) {
        float sum = 0;
        for (int column = 0; column < size; column++) {
          sum += matrix[row * rowStride + column * columnStride] * kernel[column];
        }
        weights[from + row] = sum;
      }
    }
  }
}
