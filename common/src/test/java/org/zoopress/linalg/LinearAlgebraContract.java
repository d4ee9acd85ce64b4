package org.zoopress.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LinearAlgebra} owes; the expected values come from textbook loops. */
abstract class LinearAlgebraContract {
  private static final double SLACK = 1e-11;

  private LinearAlgebra algebra;

  @BeforeEach
  void create() {
    algebra = implementation();
  }

  abstract LinearAlgebra implementation();

  /** Sizes and ranks: 1×1, square, tall, very tall, wide, rank-deficient, zero. */
  static Stream<Arguments> matrices() {
    return Stream.of(
            new int[] {1, 1, 1},
            new int[] {1, 7, 1},
            new int[] {7, 1, 1},
            new int[] {5, 5, 5},
            new int[] {40, 39, 39},
            new int[] {200, 12, 12},
            new int[] {12, 200, 12},
            new int[] {30, 20, 4},
            new int[] {20, 30, 4},
            new int[] {64, 64, 63},
            new int[] {9, 4, 0},
            new int[] {4, 9, 0})
        .map(
            size -> {
              DenseMatrix a =
                  size[2] == 0
                      ? Matrices.zeros(size[0], size[1])
                      : RandomMatrices.ofRank(size[0], size[1], size[2], 11);
              return Arguments.of("%dx%d rank %d".formatted(size[0], size[1], size[2]), a);
            });
  }

  @ParameterizedTest
  @EnumSource(Transpose.class)
  void productsEqualTheThreeLoopsForEveryTransposeAndStorageOrder(Transpose opA) {
    Random random = new Random(5);
    for (Transpose opB : Transpose.values()) {
      for (int trial = 0; trial < 20; trial++) {
        int m = 1 + random.nextInt(20);
        int n = 1 + random.nextInt(20);
        int p = 1 + random.nextInt(20);
        DenseMatrix a = RandomMatrices.gaussian(m, p, random.nextLong());
        DenseMatrix b = RandomMatrices.gaussian(p, n, random.nextLong());
        DenseMatrix c = RandomMatrices.gaussian(m, n, random.nextLong());
        DenseMatrix expected = RandomMatrices.product(a, b);
        for (int i = 0; i < m * n; i++) {
          expected.values()[i] = 0.5 * expected.values()[i] - 2 * c.values()[i];
        }
        DenseMatrix storedA = opA == Transpose.NO ? a : Matrices.transpose(a);
        DenseMatrix storedB = opB == Transpose.NO ? b : Matrices.transpose(b);
        if (random.nextBoolean()) {
          storedA = RandomMatrices.rowMajor(storedA);
        }
        if (random.nextBoolean()) {
          storedB = RandomMatrices.rowMajor(storedB);
        }
        algebra.gemm(0.5, opA, storedA, opB, storedB, -2, c);
        assertClose(c, expected);
      }
    }
  }

  @Test
  void aFactorOfZeroDoesNotReadTheOldResult() {
    DenseMatrix c = new DenseMatrix(1, 1, new double[] {Double.NaN});
    algebra.gemm(1, Transpose.NO, Matrices.identity(1), Transpose.NO, Matrices.identity(1), 0, c);
    assertThat(c.apply(0, 0)).isEqualTo(1);
  }

  @Test
  void productsOfWrongSizesAreRefused() {
    assertThatThrownBy(() -> algebra.multiply(Matrices.zeros(2, 3), Matrices.zeros(2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("product of 2×3 and 2×3 does not fit into 2×3");
  }

  @Test
  void floatProductsEqualTheThreeLoopsWithinFloatPrecision() {
    int m = 37;
    int n = 21;
    int p = 53;
    DenseMatrix a = RandomMatrices.gaussian(m, p, 1);
    DenseMatrix b = RandomMatrices.gaussian(p, n, 2);
    float[] transposedA = floats(Matrices.transpose(a));
    float[] c = new float[m * n];
    algebra.sgemm(Transpose.YES, Transpose.NO, m, n, p, 1, transposedA, p, floats(b), p, 0, c, m);
    DenseMatrix expected = RandomMatrices.product(a, b);
    for (int i = 0; i < c.length; i++) {
      assertThat((double) c[i]).isCloseTo(expected.values()[i], within(1e-4));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void gramMatricesEqualTheProductsAndAreExactlySymmetric(String name, DenseMatrix a) {
    assertClose(algebra.gram(a), RandomMatrices.product(a.transpose(), a));
    assertClose(algebra.outerGram(a), RandomMatrices.product(a, a.transpose()));
    assertClose(algebra.gram(RandomMatrices.rowMajor(a)), algebra.gram(a));
    DenseMatrix gram = algebra.gram(a);
    assertThat(gram.transpose().toArray()).isEqualTo(gram.toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 120})
  void choleskyReproducesTheMatrixAndSolvesSeveralRightHandSides(int n) {
    DenseMatrix a = algebra.gram(RandomMatrices.gaussian(n + 3, n, n));
    Matrices.addToDiagonal(a, 1);
    Cholesky factor = algebra.cholesky(a);
    assertClose(RandomMatrices.product(factor.lower(), factor.lower().transpose()), a);
    for (int j = 1; j < n; j++) {
      assertThat(factor.lower().apply(0, j)).as("above the diagonal").isZero();
    }
    DenseMatrix x = RandomMatrices.gaussian(n, 4, 3);
    DenseMatrix b = RandomMatrices.product(a, x);
    assertClose(algebra.solve(factor, b), x);
    assertClose(algebra.solve(factor, RandomMatrices.rowMajor(b)), x);
  }

  @Test
  void choleskyRefusesAnIndefiniteMatrixAndNamesTheMinor() {
    DenseMatrix a = Matrices.identity(3);
    a.values()[4] = -1;
    assertThatThrownBy(() -> algebra.cholesky(a))
        .isInstanceOf(NotPositiveDefiniteException.class)
        .hasMessage(
            "Cannot factor a 3×3 matrix by Cholesky: its leading minor of order 2 is not positive."
                + " Add a ridge to its diagonal.");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void svdReproducesTheMatrixWithOrthonormalFactorsInDescendingOrder(String name, DenseMatrix a) {
    Svd svd = algebra.svd(a);
    int p = Math.min(a.numRows(), a.numCols());
    assertThat(svd.singularValues()).hasSize(p).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(svd.singularValues()[p - 1]).isNotNegative();
    assertOrthonormalColumns(svd.u());
    assertOrthonormalColumns(svd.vt().transpose());
    assertClose(RandomMatrices.product(scaled(svd.u(), svd.singularValues()), svd.vt()), a);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void truncationLeavesTheTailOfTheSpectrumAsEckartAndYoungSay(String name, DenseMatrix a) {
    Svd svd = algebra.svd(a);
    double[] sigma = svd.singularValues();
    for (int rank = 0; rank < sigma.length; rank += 3) {
      double[] kept = Arrays.copyOf(Arrays.copyOf(sigma, rank), sigma.length);
      DenseMatrix best = RandomMatrices.product(scaled(svd.u(), kept), svd.vt());
      double tail = 0;
      for (int i = rank; i < sigma.length; i++) {
        tail += sigma[i] * sigma[i];
      }
      assertThat(Matrices.squaredDistance(a, best))
          .isCloseTo(tail, within(SLACK * (1 + Matrices.squaredNorm(a))));
    }
  }

  @Test
  void svdFindsPlantedSingularValues() {
    double[] planted = {4, 2, 1, 0.5, 1e-9};
    DenseMatrix u = algebra.qr(RandomMatrices.gaussian(9, 5, 1)).q();
    DenseMatrix v = algebra.qr(RandomMatrices.gaussian(7, 5, 2)).q();
    DenseMatrix a = RandomMatrices.product(scaled(u, planted), v.transpose());
    assertThat(algebra.svd(a).singularValues()[3]).isCloseTo(0.5, within(1e-14));
    assertThat(algebra.svd(a).singularValues()[4]).isCloseTo(1e-9, within(1e-14));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void qrReproducesTheMatrix(String name, DenseMatrix a) {
    Qr qr = algebra.qr(a);
    assertOrthonormalColumns(qr.q());
    assertClose(RandomMatrices.product(qr.q(), qr.r()), a);
    for (int j = 0; j < qr.r().numCols(); j++) {
      for (int i = j + 1; i < qr.r().numRows(); i++) {
        assertThat(qr.r().apply(i, j)).as("below the diagonal").isZero();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrices")
  void eigenvectorsDiagonaliseTheGramMatrix(String name, DenseMatrix a) {
    DenseMatrix gram = algebra.gram(a);
    SymmetricEigen eigen = algebra.eigen(gram);
    assertOrthonormalColumns(eigen.vectors());
    assertThat(eigen.values()).isSortedAccordingTo(Comparator.reverseOrder());
    assertClose(
        RandomMatrices.product(
            scaled(eigen.vectors(), eigen.values()), eigen.vectors().transpose()),
        gram);
    double[] alone = algebra.eigenvalues(gram);
    for (int i = 0; i < alone.length; i++) {
      assertThat(alone[i]).isCloseTo(eigen.values()[i], within(SLACK * (1 + eigen.values()[0])));
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-150", "1e-30", "1e30", "1e150"})
  void scaleDoesNotMatter(double scale) {
    DenseMatrix a = RandomMatrices.gaussian(20, 8, 3);
    double[] expected = algebra.svd(a).singularValues();
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] *= scale;
    }
    double[] found = algebra.svd(a).singularValues();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i] / scale).isCloseTo(expected[i], within(1e-12 * expected[0]));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void nonFiniteValuesAreRefusedByEveryDecomposition(double bad) {
    DenseMatrix a = Matrices.identity(4);
    a.values()[6] = bad;
    String message = "cannot decompose a matrix that holds " + bad;
    assertThatThrownBy(() -> algebra.svd(a)).hasMessage(message);
    assertThatThrownBy(() -> algebra.qr(a)).hasMessage(message);
    assertThatThrownBy(() -> algebra.eigen(a)).hasMessage(message);
    assertThatThrownBy(() -> algebra.eigenvalues(a)).hasMessage(message);
    assertThatThrownBy(() -> algebra.cholesky(a)).hasMessage(message);
  }

  @Test
  void equalArgumentsGiveEqualBitsAndStayUntouched() {
    DenseMatrix a = RandomMatrices.gaussian(130, 70, 9);
    double[] before = a.values().clone();
    Svd first = algebra.svd(a);
    double[] firstGram = algebra.gram(a).values();
    for (int repeat = 0; repeat < 3; repeat++) {
      assertThat(algebra.svd(a).u().values()).isEqualTo(first.u().values());
      assertThat(algebra.gram(a).values()).isEqualTo(firstGram);
    }
    algebra.qr(a);
    assertThat(a.values()).isEqualTo(before);
  }

  private static void assertOrthonormalColumns(DenseMatrix q) {
    assertClose(RandomMatrices.product(q.transpose(), q), Matrices.identity(q.numCols()));
  }

  private static void assertClose(DenseMatrix found, DenseMatrix expected) {
    double distance = Matrices.squaredDistance(found, expected);
    assertThat(Math.sqrt(distance))
        .isLessThanOrEqualTo(SLACK * (1 + Math.sqrt(Matrices.squaredNorm(expected))));
  }

  private static DenseMatrix scaled(DenseMatrix a, double[] columnScales) {
    DenseMatrix scaled = Matrices.copy(a);
    for (int i = 0; i < scaled.values().length; i++) {
      scaled.values()[i] *= columnScales[i / a.numRows()];
    }
    return scaled;
  }

  private static float[] floats(DenseMatrix a) {
    float[] floats = new float[a.values().length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) a.values()[i];
    }
    return floats;
  }
}
