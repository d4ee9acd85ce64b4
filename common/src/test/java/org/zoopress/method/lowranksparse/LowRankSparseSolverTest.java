package org.zoopress.method.lowranksparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.NotPositiveDefiniteException;
import org.zoopress.linalg.RandomMatrices;
import org.zoopress.linalg.Transpose;
import org.zoopress.method.lowranksparse.LowRankSparseSolver.Line;
import org.zoopress.tensor.WeightPartition;

class LowRankSparseSolverTest {
  private static final LinearAlgebra ALGEBRA = LinearAlgebra.get();
  private static final LowRankSparseSolver SOLVER = new LowRankSparseSolver(ALGEBRA);

  private static DenseMatrix sum(DenseMatrix a, DenseMatrix b) {
    DenseMatrix sum = Matrices.copy(a);
    for (int i = 0; i < sum.values().length; i++) {
      sum.values()[i] += b.values()[i];
    }
    return sum;
  }

  private static DenseMatrix planted(int rows, int columns, int rank, long seed) {
    return ALGEBRA.multiply(
        RandomMatrices.gaussian(rows, rank, seed),
        RandomMatrices.gaussian(rank, columns, seed + 1));
  }

  /**
   * Total error of ResNet-20's convolutions. The references (25 % of the numbers in L) are met with
   * an entry of S counted as one and a half numbers, for its place; counting parameters alone the
   * same budgets give much less.
   */
  @ParameterizedTest(name = "{0} times fewer numbers, {1} an entry")
  @CsvSource({
    "2, 1.5, 0.128, 0.1060", "3, 1.5, 0.252, 0.2240", "4, 1.5, 0.347, 0.3180",
    "2, 1,   0.128, 0.0430", "3, 1,   0.252, 0.1340", "4, 1,   0.347, 0.2220",
  })
  void residualNetworkStaysBelowTheReferenceErrors(
      int ratio, double entryCost, double reference, double reached) {
    double fixed = 0;
    double chosen = 0;
    double filters = 0;
    double norm = 0;
    for (WeightPartition weights : Convolutions.resNet20()) {
      DenseMatrix w = Convolutions.matrix(weights, MatrixForm.SEPARABLE);
      fixed += quarterLowRank(w, ratio, entryCost);
      filters += quarterLowRank(Convolutions.matrix(weights, MatrixForm.FILTERS), ratio, entryCost);
      double numbers = (double) w.values().length / ratio;
      Decomposition best = SOLVER.solveWithin(w, numbers, entryCost, Threshold.HARD, 1);
      assertThat(
              (double) best.rank() * (w.numRows() + w.numCols())
                  + entryCost * best.sparse().count())
          .isLessThanOrEqualTo(numbers);
      chosen += best.squaredError();
      norm += Matrices.squaredNorm(w);
    }
    System.out.printf(
        "low rank + sparse, ResNet-20 %d times fewer, %s an entry: 25 %% low rank %.4f (filters"
            + " %.4f), chosen %.4f; reference %.3f%n",
        ratio, entryCost, fixed / norm, filters / norm, chosen / norm, reference);
    assertThat(fixed / norm).isLessThan(reference).isLessThan(reached);
    assertThat(filters / norm).isLessThan(reference);
    assertThat(chosen).isLessThan(fixed);
  }

  private static double quarterLowRank(DenseMatrix w, int ratio, double entryCost) {
    Line line = new Line(w.numRows(), w.numCols(), (double) w.values().length / ratio, entryCost);
    int rank = line.rank(0.25);
    return SOLVER.solve(w, new Budget(rank, line.entries(rank)), Threshold.HARD, 1).squaredError();
  }

  @Test
  void powerStepsReachWhatFullDecompositionsReach() {
    double ours = 0;
    double reference = 0;
    for (WeightPartition weights : Convolutions.resNet20().subList(10, 16)) {
      DenseMatrix w = Convolutions.matrix(weights, MatrixForm.SEPARABLE);
      Line line = new Line(w.numRows(), w.numCols(), w.values().length / 3.0, 1.5);
      Budget budget = new Budget(line.rank(0.25), line.entries(line.rank(0.25)));
      ours += SOLVER.solve(w, budget, Threshold.HARD, 1).squaredError();
      reference += ReferenceDecomposition.squaredError(ALGEBRA, w, budget, 40);
    }
    assertThat(ours).isLessThan(1.005 * reference);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void plantedLowRankAndSparsePartsAreFoundExactly(long seed) {
    DenseMatrix w = planted(60, 90, 4, 100 * seed);
    int entries = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < w.values().length; i++) {
      if (random.nextInt(20) == 0) {
        w.values()[i] += random.nextBoolean() ? 10 : -10;
        entries++;
      }
    }
    Decomposition found = SOLVER.solve(w, new Budget(4, entries), Threshold.HARD, seed);
    assertThat(found.squaredError()).isLessThan(1e-6 * Matrices.squaredNorm(w));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void beatsLowRankAloneAndSparseAloneOnHeavyTailedNoise(long seed) {
    DenseMatrix w =
        sum(planted(80, 120, 5, 10 * seed), Convolutions.heavyTailed(80, 120, 0.7, seed));
    double numbers = w.values().length / 4.0;
    double both = SOLVER.solveWithin(w, numbers, 1, Threshold.HARD, seed).squaredError();
    double soft = SOLVER.solveWithin(w, numbers, 1, Threshold.SOFT, seed).squaredError();
    DenseMatrix low = ReferenceDecomposition.truncated(ALGEBRA, w, (int) (numbers / 200));
    double sparse =
        SOLVER.solve(w, new Budget(0, (int) numbers), Threshold.HARD, seed).squaredError();
    assertThat(both).isLessThan(0.8 * Matrices.squaredDistance(w, low)).isLessThan(0.8 * sparse);
    assertThat(soft).isLessThan(Matrices.squaredDistance(w, low)).isLessThan(sparse);
  }

  @ParameterizedTest
  @EnumSource(Threshold.class)
  void budgetsAreKeptAndTheErrorIsThatOfTheResult(Threshold threshold) {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 60; trial++) {
      DenseMatrix w = RandomMatrices.gaussian(random.nextInt(1, 30), random.nextInt(1, 30), trial);
      Budget budget = new Budget(random.nextInt(0, 35), random.nextInt(0, 300));
      Decomposition found = SOLVER.solve(w, budget, threshold, trial);
      assertThat(found.rank()).isLessThanOrEqualTo(budget.rank());
      assertThat(found.u().numCols()).isEqualTo(found.rank());
      assertThat(found.sparse().count()).isLessThanOrEqualTo(budget.cardinality());
      double error = Matrices.squaredDistance(w, found.reconstruct(ALGEBRA));
      assertThat(error)
          .isCloseTo(found.squaredError(), within(1e-9 * Matrices.squaredNorm(w)))
          .isLessThanOrEqualTo((1 + 1e-9) * Matrices.squaredNorm(w));
      if (found.rank() > 0) {
        DenseMatrix orthonormal = ALGEBRA.gram(found.u());
        assertThat(Matrices.squaredDistance(orthonormal, Matrices.identity(found.rank())))
            .isLessThan(1e-18);
      }
    }
  }

  @Test
  void theLargestEntriesAreThoseOfASort() {
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 200; trial++) {
      double[] values = new double[random.nextInt(1, 400)];
      for (int i = 0; i < values.length; i++) {
        // Ties and zeros among values of all magnitudes.
        values[i] =
            trial % 2 == 0
                ? random.nextInt(-3, 4)
                : Math.scalb(random.nextDouble(-1, 1), random.nextInt(-1060, 1000));
      }
      int count = random.nextInt(0, values.length + 1);
      assertThat(LargestEntries.unweighted().positions(values, count))
          .isEqualTo(ReferenceDecomposition.largest(values, count));
    }
  }

  @Test
  void weightsOfColumnsCountInTheSelection() {
    double[] twoByTwo = {3, -1, 2, 0.5};
    int[] positions = LargestEntries.weighted(2, new double[] {1, 4}).positions(twoByTwo, 2);
    assertThat(positions).containsExactly(0, 2);
  }

  // ---- with layer inputs

  /** Correlated inputs with some strong directions; even and odd seeds share the mixing. */
  private static DenseMatrix inputs(int channels, int samples, long seed) {
    DenseMatrix mixing = RandomMatrices.gaussian(channels, channels, 77);
    for (int i = 0; i < mixing.values().length; i++) {
      mixing.values()[i] *= Math.pow(0.96, i / (double) channels);
    }
    return ALGEBRA.multiply(mixing, RandomMatrices.gaussian(channels, samples, seed));
  }

  private static double outputError(DenseMatrix w, Decomposition found, DenseMatrix x) {
    DenseMatrix difference = ReferenceDecomposition.minus(w, found.reconstruct(ALGEBRA));
    return Matrices.squaredNorm(ALGEBRA.multiply(difference, x))
        / Matrices.squaredNorm(ALGEBRA.multiply(w, x));
  }

  private static DenseMatrix inputGram(DenseMatrix x) {
    DenseMatrix h = ALGEBRA.outerGram(x);
    double trace = IntStream.range(0, h.numRows()).mapToDouble(i -> h.apply(i, i)).sum();
    Matrices.addToDiagonal(h, 0.01 * trace / h.numRows());
    return h;
  }

  @ParameterizedTest(name = "rank {0}, {1} entries")
  @CsvSource({"6, 400", "0, 800", "10, 0", "3, 1200"})
  void layerInputsLowerTheOutputErrorOnHeldOutInputs(int rank, int entries) {
    DenseMatrix w = sum(planted(32, 96, 6, 3), Convolutions.heavyTailed(32, 96, 1, 4));
    DenseMatrix held = inputs(96, 500, 9);
    Budget budget = new Budget(rank, entries);
    double plain = outputError(w, SOLVER.solve(w, budget, Threshold.HARD, 1), held);
    Decomposition calibrated = SOLVER.solve(w, inputGram(inputs(96, 500, 8)), budget, 1);
    double withInputs = outputError(w, calibrated, held);
    System.out.printf(
        "low rank + sparse with inputs, r=%d c=%d: output error %.4f, by weights alone %.4f%n",
        rank, entries, withInputs, plain);
    assertThat(calibrated.rank()).isLessThanOrEqualTo(rank);
    assertThat(calibrated.sparse().count()).isLessThanOrEqualTo(entries);
    assertThat(withInputs).isLessThan(0.8 * plain);
  }

  /** The inputs of the second convolution of ResNet-20, from images not used for H. */
  @Test
  void realInputsLowerTheOutputErrorOnHeldOutImages() {
    FirstLayerPatches patches = FirstLayerPatches.ofResNet20();
    WeightPartition weights =
        Convolutions.resNet20().stream()
            .filter(layer -> layer.tensor().equals("layer1.0.conv1.weight"))
            .findFirst()
            .orElseThrow();
    DenseMatrix w = Convolutions.matrix(weights, MatrixForm.FILTERS);
    DenseMatrix held = patches.of("cifar10/test_1017.bin", 20);
    DenseMatrix h = inputGram(patches.of("cifar10/train_5085.bin", 20));
    for (int ratio : List.of(2, 3, 4)) {
      Line line = new Line(w.numRows(), w.numCols(), (double) w.values().length / ratio, 1.5);
      Budget budget = new Budget(line.rank(0.25), line.entries(line.rank(0.25)));
      double plain = outputError(w, SOLVER.solve(w, budget, Threshold.HARD, 1), held);
      double withInputs = outputError(w, SOLVER.solve(w, h, budget, 1), held);
      System.out.printf(
          "low rank + sparse, layer1.0.conv1 %d times fewer, held-out images: output error %.4f,"
              + " by weights alone %.4f%n",
          ratio, withInputs, plain);
      assertThat(withInputs).isLessThan(0.7 * plain);
    }
  }

  @Test
  void theIdentityAsGramMatrixGivesTheResultOfWeightsAlone() {
    DenseMatrix w = Convolutions.heavyTailed(20, 30, 1, 5);
    Budget budget = new Budget(3, 60);
    double plain = SOLVER.solve(w, budget, Threshold.HARD, 1).squaredError();
    double identity = SOLVER.solve(w, Matrices.identity(30), budget, 1).squaredError();
    assertThat(identity).isCloseTo(plain, within(0.02 * plain));
  }

  @Test
  void theTargetIsTheWeightItselfWhereInputsHaveNotChanged() {
    DenseMatrix w = RandomMatrices.gaussian(7, 12, 1);
    DenseMatrix h = inputGram(inputs(12, 40, 2));
    DenseMatrix b = ALGEBRA.multiply(w, h);
    assertThat(Matrices.squaredDistance(SOLVER.target(b, h), w)).isLessThan(1e-18);
  }

  /** W* on inputs that compression has disturbed comes nearer to the original's outputs than W. */
  @Test
  void theTargetCorrectsForDisturbedInputs() {
    DenseMatrix w = RandomMatrices.gaussian(16, 40, 1);
    DenseMatrix before = inputs(40, 400, 2);
    DenseMatrix after = sum(before, Convolutions.heavyTailed(40, 400, 0.3, 3));
    DenseMatrix h = inputGram(after);
    double ridge = h.apply(0, 0) - ALGEBRA.outerGram(after).apply(0, 0);
    DenseMatrix y = ALGEBRA.multiply(w, before);
    DenseMatrix b = ALGEBRA.multiply(Transpose.NO, y, Transpose.YES, after);
    for (int i = 0; i < b.values().length; i++) {
      b.values()[i] += ridge * w.values()[i];
    }
    DenseMatrix target = SOLVER.target(b, h);
    assertThat(Matrices.squaredDistance(ALGEBRA.multiply(target, after), y))
        .isLessThan(0.9 * Matrices.squaredDistance(ALGEBRA.multiply(w, after), y));
  }

  @Test
  void gramMatricesThatDoNotFitAreRefused() {
    DenseMatrix w = RandomMatrices.gaussian(4, 6, 1);
    assertThatThrownBy(() -> SOLVER.solve(w, Matrices.identity(5), new Budget(1, 1), 0))
        .hasMessage("Gram matrix of 5×5 for 6 inputs");
    assertThatThrownBy(() -> SOLVER.solve(w, Matrices.zeros(6, 6), new Budget(1, 1), 0))
        .isInstanceOf(NotPositiveDefiniteException.class);
    assertThatThrownBy(() -> new Budget(-1, 2)).hasMessage("rank -1, 2 entries");
  }

  @Test
  void equalArgumentsGiveEqualBits() {
    DenseMatrix w = Convolutions.heavyTailed(40, 60, 1, 6);
    double[] once = SOLVER.solveWithin(w, 800, 1, Threshold.HARD, 3).reconstruct(ALGEBRA).values();
    double[] again = SOLVER.solveWithin(w, 800, 1, Threshold.HARD, 3).reconstruct(ALGEBRA).values();
    assertThat(Arrays.equals(once, again)).isTrue();
  }
}
