package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedObject;

class SharedTrainingTest {
  private static final CodeShape SHAPE = new CodeShape(2, 16, 4);
  private static final TrainingParams QUIET =
      TrainingParams.DEFAULT.withIterations(8).withRelaxation(0);

  private static TrainingSums pass(
      SharedTraining training, SharedTraining.State state, int turn, List<float[]> blocks) {
    SharedTraining.Pass pass = training.pass(state, turn);
    for (int b = 0; b < blocks.size(); b++) {
      pass.add(b, blocks.get(b));
    }
    return pass.sums();
  }

  private static List<float[]> blocks(float[] vectors, int length) {
    List<float[]> blocks = new ArrayList<>();
    for (int from = 0; from < vectors.length; from += length) {
      blocks.add(Arrays.copyOfRange(vectors, from, Math.min(vectors.length, from + length)));
    }
    return blocks;
  }

  /** With an exact search and no noise, both halves of a turn can only help. */
  @Test
  void everyTurnHelpsWithoutNoise() {
    SharedTraining training = new SharedTraining(SHAPE, QUIET, 1);
    float[] vectors = TestVectors.gaussian(3000, 4, 2);
    List<float[]> blocks = blocks(vectors, 400);
    SharedTraining.State state = training.start(vectors);
    double before = Double.MAX_VALUE;
    for (int turn = 1; turn <= QUIET.iterations(); turn++) {
      TrainingSums sums = pass(training, state, turn, blocks);
      assertThat(sums.relativeError()).isLessThan(before + 1e-9);
      before = sums.relativeError();
      state = training.next(sums, turn);
    }
    assertThat(before).isLessThan(0.16);
  }

  /**
   * The bits of sums do not depend on how the vectors were divided, nor on the order of merging.
   */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {3, 4, 5})
  void sumsAreTheSameInAnyOrder(long seed) {
    SharedTraining training = new SharedTraining(new CodeShape(3, 8, 4), QUIET, seed);
    List<float[]> blocks = blocks(TestVectors.gaussian(2000, 4, seed), 4 * 130);
    SharedTraining.State state = training.start(blocks.get(0));
    TrainingSums whole = pass(training, state, 1, blocks);
    List<TrainingSums> parts = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      SharedTraining.Pass pass = training.pass(state, 1);
      pass.add(b, blocks.get(b));
      parts.add(pass.sums());
    }
    Collections.shuffle(parts, new Random(seed));
    TrainingSums merged = parts.stream().reduce(TrainingSums::merge).orElseThrow();
    assertThat(merged).usingRecursiveComparison().isEqualTo(whole);
    assertThat(training.next(merged, 1))
        .usingRecursiveComparison()
        .isEqualTo(training.next(whole, 1));
  }

  @Test
  void sumsAreThoseOfDoubles() {
    SharedTraining training = new SharedTraining(SHAPE, QUIET, 1);
    float[] vectors = TestVectors.gaussian(1000, 4, 6);
    SharedTraining.State state = training.start(vectors);
    TrainingSums sums = pass(training, state, 1, List.of(vectors));
    Codebooks codebooks = state.codebooks();
    byte[] codes = new CodeSearch(codebooks, QUIET.search()).encode(vectors, 0);
    assertThat(sums.vectors()).isEqualTo(1000);
    assertThat(sums.relativeError())
        .isCloseTo(
            codebooks.squaredError(vectors, codes) / TestVectors.squaredNorm(vectors),
            within(1e-6));
    for (double deviation : sums.deviations()) {
      assertThat(deviation).isCloseTo(1, within(0.1));
    }
    Codebooks best = sums.equations().solve(LinearAlgebra.get());
    assertThat(best.squaredError(vectors, codes))
        .isLessThanOrEqualTo(codebooks.squaredError(vectors, codes));
  }

  @Test
  void sizeOfSumsIsThatOfTheCodebooksAlone() {
    TrainingSums none = new TrainingSums(SHAPE);
    SharedTraining training = new SharedTraining(SHAPE, QUIET, 1);
    TrainingSums many =
        pass(
            training,
            new SharedTraining.State(
                TestVectors.gaussianCodebooks(SHAPE, 7), CodeRates.uniform(SHAPE)),
            1,
            List.of(TestVectors.gaussian(500, 4, 8)));
    // 32 counts, 16² pairs, 32 × 4 moments, 3 × 4 figures, the number of vectors
    assertThat(many.bytes()).isEqualTo(none.bytes()).isEqualTo(4 * (32 + 256) + 8 * (128 + 13));
  }

  @Test
  void aBillionVectorsAreTheMost() {
    assertThat(FixedPoint.of(FixedPoint.LARGEST)).isPositive();
    Math.multiplyExact(FixedPoint.of(FixedPoint.LARGEST), FixedPoint.MOST_VECTORS);
    Math.multiplyExact(FixedPoint.square(1e30), FixedPoint.MOST_VECTORS);
    assertThat(FixedPoint.value(FixedPoint.of(-0.3f))).isCloseTo(-0.3f, within(0x1p-25));
    assertThatThrownBy(() -> Math.multiplyExact(FixedPoint.of(1024), FixedPoint.MOST_VECTORS * 2))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void whatIsStoredHasFrequentWordsFirstAndItsParent() {
    SharedTraining training = new SharedTraining(SHAPE, QUIET, 1);
    List<float[]> blocks = List.of(TestVectors.gaussian(2000, 4, 9));
    SharedTraining.State state = training.start(blocks.get(0));
    TrainingSums sums = pass(training, state, 1, blocks);
    SharedObject first =
        training.stored(state.codebooks(), sums, 2000, FactorType.INTEGER, 1, Optional.empty());
    SharedObject second =
        training.stored(state.codebooks(), sums, 2000, FactorType.F32, 2, Optional.of(first.id()));
    SharedCodebooks found = SharedCodebooks.find(SharedFactors.of(List.of(second)), second.id());
    assertThat(found.parent()).contains(first.id());
    assertThat(found.version()).isEqualTo(2);
    long[] occurrences =
        pass(training, new SharedTraining.State(found.codebooks(), found.rates()), 1, blocks)
            .equations()
            .occurrences();
    for (int word = 1; word < 16; word++) {
      assertThat(occurrences[word]).isLessThanOrEqualTo(occurrences[word - 1]);
      assertThat(occurrences[16 + word]).isLessThanOrEqualTo(occurrences[16 + word - 1]);
    }
  }
}
