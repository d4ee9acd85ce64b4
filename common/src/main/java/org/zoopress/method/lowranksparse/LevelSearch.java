package org.zoopress.method.lowranksparse;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Coordinate descent over the levels of S in the metric of H: ‖(T − S)H^½‖² with every entry of S a
 * multiple of a step and the places standing still. With E = T − S and the gradient row g = e·H of
 * a row e of E, the best real value of entry j is s_j + g_j/H_jj, and the best level the one
 * nearest to it.
 */
final class LevelSearch {
  private static final int SWEEPS = 6;

  private final double[] h;
  private final int columns;
  private final int rows;
  private final double step;
  private final double[] t;
  private final SparseEntries start;

  LevelSearch(DenseMatrix h, DenseMatrix t, SparseEntries start, float step) {
    this.h = h.values(); // symmetric: columns are rows
    this.columns = h.numCols();
    this.rows = t.numRows();
    this.t = t.values();
    this.start = start;
    this.step = step;
  }

  /** The entries at their levels, zeros among them. */
  SparseEntries run() {
    int[] positions = start.positions();
    double[] values = new double[positions.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.rint(start.values()[k] / step) * step;
    }
    int[][] entries = entriesOfRows(positions);
    double[] gradient = new double[columns];
    for (int row = 0; row < rows; row++) {
      if (entries[row].length > 0) {
        fillGradient(row, entries[row], values, gradient);
        boolean changed = true;
        for (int sweep = 0; changed && sweep < SWEEPS; sweep++) {
          changed = sweep(entries[row], values, gradient);
        }
      }
    }
    return new SparseEntries(positions, values);
  }

  private int[][] entriesOfRows(int[] positions) {
    int[] counts = new int[rows];
    for (int position : positions) {
      counts[position % rows]++;
    }
    int[][] entries = new int[rows][];
    for (int row = 0; row < rows; row++) {
      entries[row] = new int[counts[row]];
    }
    for (int k = positions.length - 1; k >= 0; k--) {
      int row = positions[k] % rows;
      entries[row][--counts[row]] = k;
    }
    return entries;
  }

  private void fillGradient(int row, int[] entries, double[] values, double[] gradient) {
    Arrays.fill(gradient, 0);
    double[] e = new double[columns];
    for (int j = 0; j < columns; j++) {
      e[j] = t[j * rows + row];
    }
    for (int k : entries) {
      e[start.positions()[k] / rows] -= values[k];
    }
    for (int j = 0; j < columns; j++) {
      addColumn(gradient, j, e[j]);
    }
  }

  private void addColumn(double[] gradient, int column, double factor) {
    int offset = column * columns;
    for (int j = 0; j < columns; j++) {
      gradient[j] += factor * h[offset + j];
    }
  }

  private boolean sweep(int[] entries, double[] values, double[] gradient) {
    boolean changed = false;
    for (int k : entries) {
      int column = start.positions()[k] / rows;
      double wanted = values[k] + gradient[column] / h[column * columns + column];
      double level = Math.rint(wanted / step) * step;
      double change = level - values[k];
      if (Math.abs(change) > 0.5 * step) {
        values[k] = level;
        addColumn(gradient, column, -change);
        changed = true;
      }
    }
    return changed;
  }
}
