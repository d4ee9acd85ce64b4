package org.zoopress.linalg;

import java.util.Arrays;

/**
 * Textbook decomposition in plain loops, to check fast ones against: one-sided Jacobi rotations of
 * the rows of A make them orthogonal; their squared lengths are then those of the singular values.
 *
 * @param left U, rows×rows, orthonormal columns in the order of the energies
 * @param energies squared singular values, descending
 */
public record JacobiSvd(double[][] left, double[] energies) {
  /** Decomposes a matrix of {@code rows} rows, row-major. */
  public static JacobiSvd of(double[] matrix, int rows) {
    int columns = matrix.length / rows;
    double[][] a = new double[rows][columns];
    double[][] turn = new double[rows][rows];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(matrix, i * columns, a[i], 0, columns);
      turn[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      double largest = 0;
      for (int p = 0; p < rows; p++) {
        for (int q = p + 1; q < rows; q++) {
          double pp = inner(a[p], a[p]);
          double qq = inner(a[q], a[q]);
          double pq = inner(a[p], a[q]);
          if (pq == 0 || Math.abs(pq) <= 1e-15 * Math.sqrt(pp * qq)) {
            continue;
          }
          largest = Math.max(largest, Math.abs(pq) / Math.sqrt(pp * qq));
          double angle = 0.5 * Math.atan2(2 * pq, pp - qq);
          rotate(a[p], a[q], Math.cos(angle), Math.sin(angle));
          rotate(turn[p], turn[q], Math.cos(angle), Math.sin(angle));
        }
      }
      if (largest < 1e-14) {
        break;
      }
    }
    return sorted(a, turn);
  }

  private static JacobiSvd sorted(double[][] a, double[][] turn) {
    int rows = a.length;
    Integer[] order = new Integer[rows];
    double[] energies = new double[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
      energies[i] = inner(a[i], a[i]);
    }
    Arrays.sort(order, (x, y) -> Double.compare(energies[y], energies[x]));
    double[][] left = new double[rows][rows];
    double[] descending = new double[rows];
    for (int j = 0; j < rows; j++) {
      descending[j] = energies[order[j]];
      for (int i = 0; i < rows; i++) {
        left[i][j] = turn[order[j]][i];
      }
    }
    return new JacobiSvd(left, descending);
  }

  /** Σ of the energies from {@code rank} on. */
  public double tail(int rank) {
    double sum = 0;
    for (int i = rank; i < energies.length; i++) {
      sum += energies[i];
    }
    return sum;
  }

  private static double inner(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static void rotate(double[] x, double[] y, double cos, double sin) {
    for (int i = 0; i < x.length; i++) {
      double rotated = cos * x[i] + sin * y[i];
      y[i] = cos * y[i] - sin * x[i];
      x[i] = rotated;
    }
  }
}
