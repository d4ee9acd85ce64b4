package org.zoopress.method.transform;

import java.util.Random;

/** Gaussian kernels whose positions are correlated as ρ_v^|Δrow| · ρ_h^|Δcolumn|. */
public final class PlantedKernels {
  private PlantedKernels() {}

  /** Correlation of vertical and of horizontal neighbours. */
  public record Correlation(double vertical, double horizontal) {}

  /** Kernels of side × side positions, one after the other. */
  public static float[] separable(int side, Correlation rho, int kernels, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[kernels * side * side];
    double[][] field = new double[side][side];
    double v = Math.sqrt(1 - rho.vertical() * rho.vertical());
    double h = Math.sqrt(1 - rho.horizontal() * rho.horizontal());
    for (int k = 0; k < kernels; k++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          field[y][x] = random.nextGaussian();
          field[y][x] = x == 0 ? field[y][x] : rho.horizontal() * field[y][x - 1] + h * field[y][x];
        }
      }
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          field[y][x] = y == 0 ? field[y][x] : rho.vertical() * field[y - 1][x] + v * field[y][x];
          weights[(k * side + y) * side + x] = (float) field[y][x];
        }
      }
    }
    return weights;
  }
}
