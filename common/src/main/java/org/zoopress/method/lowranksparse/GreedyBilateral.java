package org.zoopress.method.lowranksparse;

import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;

/**
 * The iteration of the package description on one matrix: bilateral power steps on L, a {@link
 * SparseStep} on S, extrapolation, and growth of the rank.
 */
final class GreedyBilateral {
  /**
   * Spare rows of V that are iterated and left out of L. The last wanted row converges as slowly as
   * its energy is near to that of the first one left out; with spare rows it is those that lag.
   */
  private static final int SPARE = 4;

  /** A step that gains less than this part of the error ends the stage. */
  private static final double LEAST_GAIN = 1e-4;

  /** Extrapolation begins here and grows by half at every success, as in over-relaxation. */
  private static final double FIRST_GROWTH = 0.1;

  private static final double GROWTH_FACTOR = 1.5;
  private static final double MOST_EXTRAPOLATION = 3;

  /** Below this part of ‖W‖² an error is rounding. */
  private static final double NOTHING = 1e-28;

  private final LinearAlgebra algebra;
  private final DenseMatrix w;
  private final Metric metric;
  private final double nothing;
  private int steps;

  GreedyBilateral(LinearAlgebra algebra, DenseMatrix w, Metric metric) {
    this.algebra = algebra;
    this.w = Matrices.copy(w);
    this.metric = metric;
    this.nothing = NOTHING * metric.squaredNorm(this.w);
  }

  /**
   * Where an iteration stands; immutable.
   *
   * @param subspace what the next power step starts from: at least {@code rank} rows
   * @param u m×rank, orthonormal
   * @param v rank×n
   */
  record State(
      DenseMatrix subspace, DenseMatrix u, DenseMatrix v, SparseEntries sparse, double error) {
    int rank() {
      return v.numRows();
    }
  }

  /** Power steps so far. */
  int steps() {
    return steps;
  }

  /** L = 0 and S alone. */
  State sparseAlone(SparseStep step) {
    SparseEntries s = step.fit(w.values(), SparseEntries.NONE);
    DenseMatrix e = Matrices.copy(w);
    s.addTo(e.values(), -1);
    return new State(
        none(0, w.numCols()), none(w.numRows(), 0), none(0, w.numCols()), s, metric.squaredNorm(e));
  }

  private static DenseMatrix none(int rows, int columns) {
    return new DenseMatrix(rows, columns, new double[0]);
  }

  /**
   * Raises the rank, starting the new rows of V in the row space of what is left over.
   *
   * @param rank at least the state's and at most min(m, n)
   * @return the same L and S; only the subspace is larger
   */
  State grown(State state, int rank, long seed) {
    int width = Math.min(Math.min(w.numRows(), w.numCols()), rank + SPARE);
    int old = state.subspace().numRows();
    if (width <= old) {
      return state;
    }
    DenseMatrix e = withoutLowRank(state.u(), state.v());
    state.sparse().addTo(e.values(), -1);
    DenseMatrix rows = algebra.multiply(signs(width - old, w.numRows(), seed), e);
    int columns = w.numCols();
    double[] values = new double[Math.multiplyExact(width, columns)];
    double[] known = state.subspace().toDenseColMajor().values();
    for (int j = 0; j < columns; j++) {
      System.arraycopy(known, j * old, values, j * width, old);
      System.arraycopy(rows.values(), j * (width - old), values, j * width + old, width - old);
    }
    DenseMatrix subspace = new DenseMatrix(width, columns, values);
    return new State(subspace, state.u(), state.v(), state.sparse(), state.error());
  }

  private static DenseMatrix signs(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DenseMatrix signs = Matrices.zeros(rows, columns);
    for (int i = 0; i < signs.values().length; i++) {
      signs.values()[i] = random.nextBoolean() ? 1 : -1;
    }
    return signs;
  }

  /**
   * Iterates at one rank and one sparse step until little is gained.
   *
   * @param rank at least 1, at most the rows of the state's subspace
   * @param most power steps at most
   */
  State iterated(State start, int rank, SparseStep sparseStep, int most) {
    State best = step(start, start.sparse(), rank, sparseStep);
    SparseEntries before = start.sparse();
    double extrapolation = 0;
    double growth = FIRST_GROWTH;
    for (int i = 1; i < most && best.error() > nothing; i++) {
      SparseEntries from = extrapolation == 0 ? null : before;
      State next = step(best, from, extrapolation, rank, sparseStep);
      if (next.error() >= best.error()) {
        if (extrapolation == 0) {
          break;
        }
        extrapolation = 0; // the step is taken again from the best state
        growth = FIRST_GROWTH;
        continue;
      }
      boolean little = best.error() - next.error() < LEAST_GAIN * best.error();
      before = best.sparse();
      best = next;
      if (little) {
        break;
      }
      extrapolation = Math.min(MOST_EXTRAPOLATION, extrapolation + growth);
      growth *= GROWTH_FACTOR;
    }
    return best;
  }

  private State step(State at, SparseEntries s, int rank, SparseStep sparseStep) {
    DenseMatrix r = Matrices.copy(w);
    s.addTo(r.values(), -1);
    return step(at, r, rank, sparseStep);
  }

  /** One step with S extrapolated beyond its last change. */
  private State step(
      State at, SparseEntries before, double extrapolation, int rank, SparseStep sparseStep) {
    DenseMatrix r = Matrices.copy(w);
    at.sparse().addTo(r.values(), -1 - extrapolation);
    if (before != null) {
      before.addTo(r.values(), extrapolation);
    }
    return step(at, r, rank, sparseStep);
  }

  /**
   * U = orth(R·H·Vᵀ), V = UᵀR, which are the two least squares problems of L = UV, then S for this
   * L.
   *
   * @param r R = W − S; its values are used up
   */
  private State step(State at, DenseMatrix r, int rank, SparseStep sparseStep) {
    steps++;
    DenseMatrix basis = algebra.qr(metric.inner(r, at.subspace())).q();
    DenseMatrix subspace = algebra.multiply(Transpose.YES, basis, Transpose.NO, r);
    DenseMatrix u = basis;
    DenseMatrix v = subspace;
    if (subspace.numRows() > rank) {
      // The rank wanted of a wider subspace: the leading directions of the small matrix VHVᵀ.
      DenseMatrix leading = leadingDirections(subspace, rank);
      u = algebra.multiply(basis, leading);
      v = algebra.multiply(Transpose.YES, leading, Transpose.NO, subspace);
    }
    DenseMatrix t = withoutLowRank(u, v);
    SparseEntries s = sparseStep.fit(t.values(), at.sparse());
    s.addTo(t.values(), -1);
    return new State(subspace, u, v, s, metric.squaredNorm(t));
  }

  private DenseMatrix leadingDirections(DenseMatrix subspace, int count) {
    return Matrices.leadingColumns(
        algebra.eigen(metric.inner(subspace, subspace)).vectors(), count);
  }

  private DenseMatrix withoutLowRank(DenseMatrix u, DenseMatrix v) {
    DenseMatrix t = Matrices.copy(w);
    if (v.numRows() > 0) {
      algebra.gemm(-1, Transpose.NO, u, Transpose.NO, v, 1, t);
    }
    return t;
  }

  /** The state with its rows in principal order. */
  Decomposition result(State state) {
    if (state.rank() == 0) {
      return new Decomposition(state.u(), state.v(), state.sparse(), state.error(), steps);
    }
    DenseMatrix turn = leadingDirections(state.v(), state.rank());
    return new Decomposition(
        algebra.multiply(state.u(), turn),
        algebra.multiply(Transpose.YES, turn, Transpose.NO, state.v()),
        state.sparse(),
        state.error(),
        steps);
  }
}
