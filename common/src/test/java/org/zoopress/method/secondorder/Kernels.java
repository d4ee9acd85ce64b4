package org.zoopress.method.secondorder;

import java.util.SplittableRandom;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;

/** Layers for tests. */
final class Kernels {
  private Kernels() {}

  static float[] gaussian(int count, double deviation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Moments of correlated inputs: x_j = 0.8 x_{j−1} + noise, of different strengths. */
  static double[] correlated(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] gram = new double[n * n];
    double[] x = new double[n];
    int samples = 4 * n;
    for (int s = 0; s < samples; s++) {
      double last = 0;
      for (int j = 0; j < n; j++) {
        last = 0.8 * last + random.nextGaussian();
        x[j] = last * (1 + j % 3);
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          gram[i * n + j] += x[i] * x[j] / samples;
        }
      }
    }
    return gram;
  }

  /** tr(ΔW H ΔWᵀ), group by group. */
  static double outputError(LayerProblem problem, float[] restored) {
    int n = problem.columns();
    int groupOutputs = problem.outputs() / problem.groups();
    double sum = 0;
    for (int o = 0; o < problem.outputs(); o++) {
      double[] h = problem.gram()[o / groupOutputs];
      for (int i = 0; i < n; i++) {
        double di = (double) problem.target()[o * n + i] - restored[o * n + i];
        for (int j = 0; j < n; j++) {
          sum += di * h[i * n + j] * ((double) problem.target()[o * n + j] - restored[o * n + j]);
        }
      }
    }
    return sum;
  }

  /** DCT-II of 3×3 kernels, low frequencies first. */
  static KernelTransform cosine() {
    double[] basis = new double[81];
    int[] order = {0, 1, 3, 4, 2, 6, 5, 7, 8};
    for (int f = 0; f < 9; f++) {
      int u = order[f] / 3;
      int v = order[f] % 3;
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
          basis[f * 9 + y * 3 + x] = cosine(u, y) * cosine(v, x);
        }
      }
    }
    return KernelTransform.of(9, basis);
  }

  private static double cosine(int frequency, int place) {
    double scale = frequency == 0 ? Math.sqrt(1.0 / 3) : Math.sqrt(2.0 / 3);
    return scale * Math.cos(Math.PI * (2 * place + 1) * frequency / 6);
  }

  static LayerProblem convolution(int outputs, int channels, long seed) {
    int n = 9 * channels;
    return new LayerProblem(
        Shape.of(outputs, channels, 3, 3),
        1,
        gaussian(outputs * n, 0.05, seed),
        new double[][] {correlated(n, seed + 1)});
  }
}
