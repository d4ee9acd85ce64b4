package org.zoopress.method.dictionarypair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.RandomMatrices;

/** The learner, which never sees X, beside the textbook loops, which work on X, A and P. */
class PairLearnerTest {
  private static final LinearAlgebra ALGEBRA = LinearAlgebra.get();

  @ParameterizedTest
  @CsvSource({"6, 9, 2, 1", "6, 9, 2, 5", "12, 7, 3, 4", "10, 30, 10, 3", "20, 40, 8, 6"})
  void oneLearnerEqualsTheOtherOuterIterationByOuterIteration(
      int rows, int columns, int words, int outer) {
    DenseMatrix x = RandomMatrices.gaussian(rows, columns, 3);
    DenseMatrix start = ALGEBRA.qr(RandomMatrices.gaussian(rows, words, 4)).q();
    LearningParams params = new LearningParams(0.05, 1e-4, 1.2, outer, 0);
    PairLearner.Pair fast = new PairLearner(ALGEBRA, params).learn(ALGEBRA.outerGram(x), start);
    ReferencePair slow = new ReferencePair(x, start, params);
    for (int i = 0; i < outer; i++) {
      slow.iterate();
    }
    assertClose(fast.dictionary(), slow.dictionary());
    assertClose(fast.analysis().transpose(), slow.analysis());
    assertClose(RandomMatrices.product(fast.codeMap().transpose(), x), slow.codes());
    assertThat(fast.squaredError())
        .isCloseTo(slow.squaredError(), within(1e-9 * Matrices.squaredNorm(x)));
  }

  @Test
  void wordsStayInTheUnitBallAndTheObjectiveFalls() {
    DenseMatrix x = RandomMatrices.gaussian(30, 80, 5);
    DenseMatrix start = ALGEBRA.qr(RandomMatrices.gaussian(30, 10, 6)).q();
    double before = Double.POSITIVE_INFINITY;
    for (int outer = 1; outer <= 8; outer++) {
      LearningParams params = new LearningParams(0.05, 1e-4, 1.2, outer, 0);
      PairLearner.Pair pair = new PairLearner(ALGEBRA, params).learn(ALGEBRA.outerGram(x), start);
      double[] d = pair.dictionary().values();
      for (int word = 0; word < 10; word++) {
        double squared = 0;
        for (int r = 0; r < 30; r++) {
          squared += d[word * 30 + r] * d[word * 30 + r];
        }
        assertThat(squared).isLessThanOrEqualTo(1 + 1e-12);
      }
      assertThat(pair.squaredError()).isLessThan(before);
      before = pair.squaredError();
    }
  }

  private static void assertClose(DenseMatrix found, DenseMatrix expected) {
    assertThat(Matrices.squaredDistance(found, expected))
        .isLessThan(1e-16 * (1 + Matrices.squaredNorm(expected)));
  }
}
