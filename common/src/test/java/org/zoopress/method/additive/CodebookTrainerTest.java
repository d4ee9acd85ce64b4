package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Bounds of the relative error on the vectors that were trained on. */
class CodebookTrainerTest {
  /** A fraction of the default turns reaches the figures; the benchmark prints those of all. */
  private static final TrainingParams SHORT = TrainingParams.DEFAULT.withIterations(5);

  private static double trainedError(float[] vectors, CodeShape shape, TrainingParams params) {
    Codebooks codebooks = new CodebookTrainer(shape, params).train(vectors, 1);
    byte[] codes = new CodeSearch(codebooks, SearchParams.DEFAULT).encode(vectors, 2);
    return codebooks.squaredError(vectors, codes) / TestVectors.squaredNorm(vectors);
  }

  /** Product quantization leaves 0.095, residual quantization 0.099 (without a beam). */
  @Test
  void gaussianVectorsAtTwoBits() {
    float[] vectors = TestVectors.gaussian(60_000, 8, 1);
    assertThat(trainedError(vectors, new CodeShape(2, 256, 8), SHORT)).isLessThan(0.087);
  }

  @Test
  void convolutionsOfResNet20AtTwoBits() {
    assertThat(trainedError(TestVectors.resnet20(8), new CodeShape(2, 256, 8), SHORT))
        .isLessThan(0.082);
  }

  @Test
  void convolutionsOfResNet20AtThreeBits() {
    assertThat(trainedError(TestVectors.resnet20(8), new CodeShape(3, 256, 8), SHORT))
        .isLessThan(0.0244);
  }

  @Test
  void convolutionsOfResNet20AtTwoBitsInLongVectors() {
    assertThat(trainedError(TestVectors.resnet20(16), new CodeShape(4, 256, 16), SHORT))
        .isLessThan(0.0624);
  }

  @Test
  void everyTurnHelpsAndTheResidualStartIsLeftBehind() {
    float[] vectors = TestVectors.gaussian(4000, 8, 3);
    CodeShape shape = new CodeShape(3, 32, 8);
    Codebooks start = new CodebookTrainer(shape, SHORT).start(vectors, 4);
    double before =
        start.squaredError(vectors, new CodeSearch(start, SearchParams.DEFAULT).encode(vectors, 5))
            / TestVectors.squaredNorm(vectors);
    for (int turns : new int[] {1, 5, 20}) {
      double error = trainedError(vectors, shape, SHORT.withIterations(turns).withRelaxation(0));
      assertThat(error).isLessThan(before);
      before = error;
    }
  }

  @Test
  void noiseFallsToNone() {
    CodebookTrainer trainer = new CodebookTrainer(new CodeShape(2, 16, 4), SHORT);
    assertThat(trainer.temperature(1)).isLessThan(SHORT.relaxation());
    assertThat(trainer.temperature(2)).isLessThan(trainer.temperature(1));
    assertThat(trainer.temperature(SHORT.iterations())).isZero();
  }

  /** One vector, fewer vectors than codewords, equal vectors. */
  @Test
  void degenerateVectorsAreFittedExactly() {
    for (int count : new int[] {1, 10}) {
      float[] vectors = TestVectors.gaussian(count, 8, 6);
      assertThat(trainedError(vectors, new CodeShape(2, 64, 8), SHORT)).isLessThan(1e-6);
    }
    float[] equal = new float[80];
    Arrays.fill(equal, 0.7f);
    assertThat(trainedError(equal, new CodeShape(3, 16, 8), SHORT)).isLessThan(1e-6);
  }

  @Test
  void equalSeedsGiveEqualCodebooks() {
    float[] vectors = TestVectors.gaussian(700, 8, 7);
    CodebookTrainer trainer = new CodebookTrainer(new CodeShape(3, 16, 8), SHORT);
    assertThat(trainer.train(vectors, 8).values()).isEqualTo(trainer.train(vectors, 8).values());
    assertThat(trainer.train(vectors, 9).values()).isNotEqualTo(trainer.train(vectors, 8).values());
  }
}
