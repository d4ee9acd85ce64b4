package org.zoopress.method.dictionarypair;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Qr;
import org.zoopress.linalg.RandomizedRange;

/** Dictionary of one block: start, pair iteration, polish; see the package description. */
final class BlockSolver {
  /** Power steps of the start; with none the pair iteration needs more, dearer steps (measured). */
  private static final int START_POWER_STEPS = 2;

  /**
   * Words learned beyond the wanted ones and dropped at the end: the last wanted word converges as
   * slowly as its energy is close to that of the first one which is not learned.
   */
  private static final int SPARE_WORDS = 8;

  /** Polish ends when a round lowers ‖X − DS‖² by less than this part of it. */
  private static final double POLISH_TOLERANCE = 1e-3;

  private static final int POLISH_ROUNDS = 12;

  /**
   * Words with less energy than this part of the strongest one are rounding noise of float32
   * weights: (2⁻²⁴)² of the energy, spread over the words, is about 1e-15.
   */
  static final double NEGLIGIBLE = 1e-13;

  private final LinearAlgebra algebra;
  private final LearningParams params;

  BlockSolver(LinearAlgebra algebra, LearningParams params) {
    this.algebra = algebra;
    this.params = params;
  }

  /**
   * Words in their principal order: any number of leading ones is a dictionary.
   *
   * @param dictionary D, m×k, orthonormal columns
   * @param energies ‖s_i‖² of S = DᵀX, descending; leaving words k' … k out costs their sum
   */
  record Words(DenseMatrix dictionary, double[] energies) {
    int count() {
      return energies.length;
    }
  }

  /**
   * @param block X, m×n
   * @param count words wanted; fewer are returned where the block has a lower rank
   */
  Words solve(DenseMatrix block, int count, long seed) {
    if (block.numRows() <= block.numCols()) {
      return solveGram(algebra.outerGram(block), Math.min(count, block.numRows()), seed);
    }
    // Tall: the pair of R serves X = QR, with D = Q·D_R, because the objective does not change
    // under an orthonormal Q.
    Qr qr = algebra.qr(block);
    Words inner = solveGram(algebra.outerGram(qr.r()), Math.min(count, block.numCols()), seed);
    return new Words(algebra.multiply(qr.q(), inner.dictionary()), inner.energies());
  }

  /** Energies of the best words of all counts: the squared singular values of the block. */
  double[] spectrum(DenseMatrix block) {
    DenseMatrix gram =
        block.numRows() <= block.numCols() ? algebra.outerGram(block) : algebra.gram(block);
    double[] energies = algebra.eigenvalues(gram);
    for (int i = 0; i < energies.length; i++) {
      energies[i] = Math.max(0, energies[i]);
    }
    return energies;
  }

  private Words solveGram(DenseMatrix gram, int count, long seed) {
    RandomizedRange range = new RandomizedRange(algebra);
    int learnedWords = Math.min(gram.numRows(), count + SPARE_WORDS);
    RandomizedRange.Ritz start = range.leading(gram, learnedWords, START_POWER_STEPS, seed);
    int rank = rank(start.values());
    if (rank == 0) {
      return new Words(Matrices.leadingColumns(start.vectors(), 1), new double[1]);
    }
    DenseMatrix learned =
        new PairLearner(algebra, params)
            .learn(gram, Matrices.leadingColumns(start.vectors(), rank))
            .dictionary();
    return polish(range, gram, learned, Math.min(rank, count));
  }

  private static int rank(double[] energies) {
    int rank = 0;
    while (rank < energies.length
        && energies[rank] > 0
        && energies[rank] > NEGLIGIBLE * energies[0]) {
      rank++;
    }
    return rank;
  }

  /**
   * Rounds of least squares for S and then for D, which removes what the ridge and the coupling
   * leave, and turns D into its principal words.
   */
  private Words polish(RandomizedRange range, DenseMatrix gram, DenseMatrix dictionary, int count) {
    double total = PairLearner.trace(gram);
    DenseMatrix basis = algebra.qr(dictionary).q();
    DenseMatrix image = algebra.multiply(gram, basis);
    double captured = Matrices.inner(basis, image);
    for (int round = 0; round < POLISH_ROUNDS; round++) {
      basis = algebra.qr(image).q();
      image = algebra.multiply(gram, basis);
      double before = captured;
      captured = Matrices.inner(basis, image);
      if (captured - before <= POLISH_TOLERANCE * (total - captured)) {
        break;
      }
    }
    RandomizedRange.Ritz ritz = range.ritzOfImage(basis, image, count);
    double[] energies = Arrays.stream(ritz.values()).map(e -> Math.max(0, e)).toArray();
    return new Words(ritz.vectors(), energies);
  }
}
