package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.zoopress.linalg.LinearAlgebra;

class NormalEquationsTest {
  private static final CodeShape SHAPE = new CodeShape(3, 8, 5);

  private static NormalEquations sums(float[] vectors, byte[] codes) {
    NormalEquations equations = new NormalEquations(SHAPE);
    equations.add(vectors, codes);
    return equations;
  }

  /** Bᵀ(X − BC) = ρC, with the left side summed over the vectors. */
  @Test
  void theSolutionIsStationary() {
    float[] vectors = TestVectors.gaussian(400, 5, 1);
    byte[] codes = TestVectors.codes(SHAPE, 400, 2);
    Codebooks codebooks = sums(vectors, codes).solve(LinearAlgebra.get());
    float[] decoded = codebooks.decode(codes);
    double[] gradient = new double[SHAPE.values()];
    for (int i = 0; i < codes.length; i++) {
      for (int j = 0; j < 5; j++) {
        int at = i / 3 * 5 + j;
        gradient[codebooks.offset(i % 3, codes[i]) + j] += (double) vectors[at] - decoded[at];
      }
    }
    for (int i = 0; i < gradient.length; i++) {
      double ridge = NormalEquations.REGULARISATION * codebooks.values()[i];
      assertThat(gradient[i]).isCloseTo(ridge, within(1e-4));
    }
  }

  @Test
  void codebooksThatMadeTheVectorsFitThemExactly() {
    byte[] codes = TestVectors.codes(SHAPE, 400, 3);
    float[] vectors = TestVectors.gaussianCodebooks(SHAPE, 4).decode(codes);
    Codebooks codebooks = sums(vectors, codes).solve(LinearAlgebra.get());
    assertThat(codebooks.squaredError(vectors, codes))
        .isLessThan(1e-9 * TestVectors.squaredNorm(vectors));
  }

  @Test
  void mergedBlocksGiveTheSameCountsAndNearlyTheSameCodebooks() {
    float[] vectors = TestVectors.gaussian(300, 5, 5);
    byte[] codes = TestVectors.codes(SHAPE, 300, 6);
    NormalEquations merged = new NormalEquations(SHAPE);
    for (int from = 0; from < 300; from += 100) {
      merged.merge(
          sums(
              Arrays.copyOfRange(vectors, from * 5, (from + 100) * 5),
              Arrays.copyOfRange(codes, from * 3, (from + 100) * 3)));
    }
    NormalEquations whole = sums(vectors, codes);
    assertThat(merged.occurrences()).isEqualTo(whole.occurrences());
    assertThat(Arrays.stream(whole.occurrences()).sum()).isEqualTo(900);
    float[] expected = whole.solve(LinearAlgebra.get()).values();
    float[] found = merged.solve(LinearAlgebra.get()).values();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void aCodewordWithoutVectorsIsZero() {
    byte[] codes = TestVectors.codes(SHAPE, 200, 7);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = codes[i] == 6 ? 5 : codes[i];
    }
    Codebooks codebooks = sums(TestVectors.gaussian(200, 5, 8), codes).solve(LinearAlgebra.get());
    for (int m = 0; m < 3; m++) {
      int from = codebooks.offset(m, 6);
      assertThat(Arrays.copyOfRange(codebooks.values(), from, from + 5)).containsOnly(0f);
    }
  }

  @Test
  void sumsOfAnotherShapeAreRefused() {
    assertThatThrownBy(
            () -> new NormalEquations(SHAPE).merge(new NormalEquations(new CodeShape(2, 8, 5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be added");
  }
}
