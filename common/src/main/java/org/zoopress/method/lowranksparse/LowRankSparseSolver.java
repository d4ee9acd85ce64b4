package org.zoopress.method.lowranksparse;

import java.util.function.IntFunction;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.Cholesky;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.method.lowranksparse.GreedyBilateral.State;

/**
 * Writes a matrix as low rank + sparse, W ≈ U·V + S, within exact budgets of rank and entries; the
 * mathematics is in the package description. No singular value decomposition of anything as large
 * as W is taken.
 *
 * <p>Stateless; equal arguments give equal results.
 */
public final class LowRankSparseSolver {
  /** The rank grows in so many stages: local minima of a start at full rank are 1 % worse. */
  private static final int STAGES = 4;

  private static final int STAGE_STEPS = 6;
  private static final int FINAL_STEPS = 60;

  /** Steps with H behind a walk with its diagonal. */
  private static final int REFINING_STEPS = 8;

  /** Shares of a budget that the low rank gets on the way to the best one. */
  private static final double[] SHARES = {
    0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.85, 1
  };

  private final LinearAlgebra algebra;

  /** Uses the given products and decompositions. */
  public LowRankSparseSolver(LinearAlgebra algebra) {
    this.algebra = algebra;
  }

  /**
   * Lowers ‖W − L − S‖² within the budget.
   *
   * @param w m×n, finite; a rank or a cardinality beyond the matrix counts as the largest possible
   * @param seed of the directions in which the rank grows
   */
  public Decomposition solve(DenseMatrix w, Budget budget, Threshold threshold, long seed) {
    GreedyBilateral iteration = new GreedyBilateral(algebra, w, Metric.plain(algebra));
    int entries = Math.min(budget.cardinality(), w.numRows() * w.numCols());
    return solve(
        iteration, w, budget.rank(), threshold.step(entries), Threshold.HARD.step(entries), seed);
  }

  /**
   * Lowers ‖(W − L − S)H^½‖², which with H = XXᵀ is the error of the layer's outputs ‖WX − ŴX‖².
   *
   * @param w m×n with m outputs and n inputs; or {@link #target}, if the inputs that the layer will
   *     see are not those it was trained on
   * @param inputGram H = XXᵀ + λI, n×n, positive definite, of inputs X as columns
   */
  public Decomposition solve(DenseMatrix w, DenseMatrix inputGram, Budget budget, long seed) {
    checkGram(w, inputGram);
    GreedyBilateral iteration = new GreedyBilateral(algebra, w, Metric.of(algebra, inputGram));
    int entries = Math.min(budget.cardinality(), w.numRows() * w.numCols());
    SparseStep pursuit = new WeightedPursuit(algebra, inputGram, w.numRows(), entries);
    return solve(iteration, w, budget.rank(), pursuit, pursuit, seed);
  }

  /**
   * What to approximate where inputs X of the compressed network stand for inputs X₀ of the
   * original: W* = B·H⁻¹ minimises ‖Y − W*X‖² + λ‖W* − W‖² for the original's outputs Y = W·X₀.
   *
   * @param b B = YXᵀ + λW, m×n
   * @param inputGram H = XXᵀ + λI, n×n
   */
  public DenseMatrix target(DenseMatrix b, DenseMatrix inputGram) {
    Cholesky factor = algebra.cholesky(inputGram);
    return Matrices.transpose(algebra.solve(factor, Matrices.transpose(b)));
  }

  private Decomposition solve(
      GreedyBilateral iteration,
      DenseMatrix w,
      int wantedRank,
      SparseStep step,
      SparseStep last,
      long seed) {
    int rank = Math.min(wantedRank, Math.min(w.numRows(), w.numCols()));
    State state = iteration.sparseAlone(rank == 0 ? last : step);
    if (rank > 0) {
      for (int stage = 1; stage < STAGES; stage++) {
        int reached = Math.max(1, rank * stage / STAGES);
        state = iteration.grown(state, reached, seed + stage);
        state = iteration.iterated(state, reached, step, STAGE_STEPS);
      }
      state = iteration.grown(state, rank, seed + STAGES);
      state = iteration.iterated(state, rank, step, FINAL_STEPS);
      if (step != last) {
        state = iteration.iterated(state, rank, last, 1);
      }
    }
    return iteration.result(state);
  }

  /**
   * Lowers ‖W − L − S‖² within r(m + n) + cost · c numbers and chooses r: the rank grows along the
   * budget, every row of V paid for with entries of S, until that no longer helps.
   *
   * @param numbers the budget, at least 0
   * @param entryCost what an entry of S counts, in numbers of U and V: 1 for parameters alone, more
   *     where its position counts
   */
  public Decomposition solveWithin(
      DenseMatrix w, double numbers, double entryCost, Threshold threshold, long seed) {
    GreedyBilateral iteration = new GreedyBilateral(algebra, w, Metric.plain(algebra));
    Line line = new Line(w.numRows(), w.numCols(), numbers, entryCost);
    State best = walked(iteration, line, Threshold.HARD::step, seed);
    int rank = best.rank();
    if (rank == 0) {
      return iteration.result(best);
    }
    // A walk may keep entries that belonged into L; a fresh start may miss what the walk found.
    Decomposition fresh = solve(w, new Budget(rank, line.entries(rank)), threshold, seed);
    if (threshold == Threshold.SOFT) {
      return fresh;
    }
    best = iteration.iterated(best, rank, threshold.step(line.entries(rank)), FINAL_STEPS);
    return best.error() <= fresh.squaredError() ? iteration.result(best) : fresh;
  }

  /**
   * The same for ‖(W − L − S)H^½‖². On the way along the budget S is what the diagonal of H alone
   * would choose, which costs one product with H a step instead of twenty; the pursuit refines the
   * end.
   *
   * @param inputGram H, n×n, positive definite
   */
  public Decomposition solveWithin(
      DenseMatrix w, DenseMatrix inputGram, double numbers, double entryCost, long seed) {
    checkGram(w, inputGram);
    GreedyBilateral iteration = new GreedyBilateral(algebra, w, Metric.of(algebra, inputGram));
    Line line = new Line(w.numRows(), w.numCols(), numbers, entryCost);
    LargestEntries largest = LargestEntries.weighted(w.numRows(), rootsOfDiagonal(inputGram));
    State best =
        walked(
            iteration,
            line,
            count -> (t, current) -> SparseEntries.gather(t, largest.positions(t, count)),
            seed);
    int rank = best.rank();
    SparseStep pursuit = new WeightedPursuit(algebra, inputGram, w.numRows(), line.entries(rank));
    return iteration.result(
        rank == 0
            ? iteration.sparseAlone(pursuit)
            : iteration.iterated(best, rank, pursuit, REFINING_STEPS));
  }

  private static double[] rootsOfDiagonal(DenseMatrix h) {
    double[] roots = new double[h.numCols()];
    for (int j = 0; j < roots.length; j++) {
      roots[j] = Math.sqrt(h.apply(j, j));
    }
    return roots;
  }

  private void checkGram(DenseMatrix w, DenseMatrix inputGram) {
    if (inputGram.numRows() != w.numCols() || inputGram.numCols() != w.numCols()) {
      throw new IllegalArgumentException(
          "Gram matrix of %d×%d for %d inputs"
              .formatted(inputGram.numRows(), inputGram.numCols(), w.numCols()));
    }
    algebra.cholesky(inputGram); // refuses what is not positive definite
  }

  /**
   * The best state on the way along the budget.
   *
   * @param steps the sparse step for a number of entries
   */
  private static State walked(
      GreedyBilateral iteration, Line line, IntFunction<SparseStep> steps, long seed) {
    State best = iteration.sparseAlone(steps.apply(line.entries(0)));
    State state = best;
    int failures = 0;
    for (double share : SHARES) {
      int rank = line.rank(share);
      if (rank <= state.rank() || failures == 2) {
        continue;
      }
      state = iteration.grown(state, rank, seed + rank);
      state = iteration.iterated(state, rank, steps.apply(line.entries(rank)), STAGE_STEPS);
      failures = state.error() < best.error() ? 0 : failures + 1;
      best = failures == 0 ? state : best;
    }
    return best;
  }

  /** All pairs of rank and cardinality that use up a number of numbers. */
  record Line(int rows, int columns, double numbers, double entryCost) {
    /** The rank that takes the share of the numbers, rounded; no larger than the numbers allow. */
    int rank(double share) {
      int perRank = rows + columns;
      double most = Math.min(Math.min(rows, columns), Math.floor(numbers / perRank));
      return (int) Math.min(most, Math.rint(share * numbers / perRank));
    }

    /** What the rank leaves for entries. */
    int entries(int rank) {
      double left = numbers - (double) rank * (rows + columns);
      return (int) Math.max(0, Math.min((double) rows * columns, Math.floor(left / entryCost)));
    }
  }
}
