package org.zoopress.method.lowranksparse;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * Fits S to T in the metric of H, where entries of one row depend on each other and taking the
 * largest is no longer exact: a step of normalised iterative hard thresholding (Blumensath and
 * Davies 2010) with the inverse diagonal of H as preconditioner moves the support, and a few steps
 * of conjugate gradients fit the values on it. Never leaves S worse than it was.
 */
final class WeightedPursuit implements SparseStep {
  private static final int FIT_STEPS = 4;

  /** Halvings of a step that would raise the error. */
  private static final int MOST_TRIALS = 4;

  private final LinearAlgebra algebra;
  private final DenseMatrix h;
  private final int rows;
  private final int count;
  private final double[] diagonal;
  private final LargestEntries largest;

  /**
   * @param h H, n×n, positive definite
   * @param rows m
   * @param count c
   */
  WeightedPursuit(LinearAlgebra algebra, DenseMatrix h, int rows, int count) {
    this.algebra = algebra;
    this.h = h;
    this.rows = rows;
    this.count = count;
    this.diagonal = new double[h.numCols()];
    double[] weights = new double[diagonal.length];
    for (int j = 0; j < weights.length; j++) {
      diagonal[j] = h.apply(j, j);
      weights[j] = Math.sqrt(diagonal[j]);
    }
    this.largest = LargestEntries.weighted(rows, weights);
  }

  /** S with what is left over, E = T − S, and E·H. */
  private record Fit(SparseEntries s, DenseMatrix e, DenseMatrix eh) {
    double error() {
      return Matrices.inner(e, eh);
    }
  }

  private Fit at(double[] t, SparseEntries s) {
    DenseMatrix e = new DenseMatrix(rows, diagonal.length, t.clone());
    s.addTo(e.values(), -1);
    return new Fit(s, e, algebra.multiply(e, h));
  }

  @Override
  public SparseEntries fit(double[] t, SparseEntries current) {
    if (count == 0) {
      return SparseEntries.NONE;
    }
    Fit best = at(t, SparseEntries.gather(t, largest.positions(t, count)));
    if (current.count() == count) {
      Fit kept = fitted(at(t, current), FIT_STEPS);
      best = kept.error() <= best.error() ? kept : best;
    }
    best = moved(t, fitted(best, FIT_STEPS));
    return fitted(best, FIT_STEPS).s();
  }

  /** One thresholding step; the same fit if none of the step sizes lowers the error. */
  private Fit moved(double[] t, Fit from) {
    double size = stepSize(from);
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      double[] moved = new double[t.length];
      double[] gradient = from.eh().values();
      for (int i = 0; i < moved.length; i++) {
        moved[i] = size * gradient[i] / diagonal[i / rows];
      }
      from.s().addTo(moved, 1);
      Fit next = at(t, SparseEntries.gather(moved, largest.positions(moved, count)));
      if (next.error() < from.error()) {
        return next;
      }
      size /= 2;
    }
    return from;
  }

  /** The step that would be exact if the support stayed; 1 where the values fit already. */
  private double stepSize(Fit from) {
    double[] gradient = from.eh().values();
    DenseMatrix direction = Matrices.zeros(rows, diagonal.length);
    double slope = 0;
    for (int i : largest.positions(gradient, Math.min(2 * count, gradient.length))) {
      direction.values()[i] = gradient[i] / diagonal[i / rows];
      slope += gradient[i] * direction.values()[i];
    }
    double curvature = Matrices.inner(direction, algebra.multiply(direction, h));
    return curvature > 0 ? slope / curvature : 1;
  }

  /** Preconditioned conjugate gradients on the values, the support standing still. */
  private Fit fitted(Fit start, int steps) {
    int[] positions = start.s().positions();
    double[] values = start.s().values().clone();
    double[] e = Matrices.copyOfValues(start.e());
    double[] eh = Matrices.copyOfValues(start.eh());
    double[] direction = new double[positions.length];
    double energy = 0;
    for (int step = 0; step < steps; step++) {
      double next = 0;
      for (int i : positions) {
        next += eh[i] * eh[i] / diagonal[i / rows];
      }
      if (!(next > 0)) {
        break;
      }
      double conjugation = step == 0 ? 0 : next / energy;
      energy = next;
      DenseMatrix move = Matrices.zeros(rows, diagonal.length);
      for (int k = 0; k < positions.length; k++) {
        int i = positions[k];
        direction[k] = eh[i] / diagonal[i / rows] + conjugation * direction[k];
        move.values()[i] = direction[k];
      }
      double[] image = algebra.multiply(move, h).values();
      double curvature = 0;
      for (int i : positions) {
        curvature += move.values()[i] * image[i];
      }
      if (!(curvature > 0)) {
        break;
      }
      double size = energy / curvature;
      for (int k = 0; k < positions.length; k++) {
        values[k] += size * direction[k];
        e[positions[k]] -= size * direction[k];
      }
      for (int i = 0; i < eh.length; i++) {
        eh[i] -= size * image[i];
      }
    }
    int columns = diagonal.length;
    return new Fit(
        new SparseEntries(positions, values),
        new DenseMatrix(rows, columns, e),
        new DenseMatrix(rows, columns, eh));
  }
}
