package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeSearchTest {
  /** All K^M codes, in double. */
  private static double exhaustive(Codebooks codebooks, float[] x) {
    CodeShape shape = codebooks.shape();
    int combinations = (int) Math.pow(shape.codewords(), shape.codebooks());
    double least = Double.POSITIVE_INFINITY;
    byte[] codes = new byte[shape.codebooks()];
    for (int c = 0; c < combinations; c++) {
      for (int m = 0, rest = c; m < codes.length; m++, rest /= shape.codewords()) {
        codes[m] = (byte) (rest % shape.codewords());
      }
      least = Math.min(least, codebooks.squaredError(x, codes));
    }
    return least;
  }

  private static int optimal(CodeShape shape, SearchParams params, int count, long seed) {
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, seed);
    float[] vectors = TestVectors.gaussian(count, shape.dimension(), seed + 1);
    byte[] codes = new CodeSearch(codebooks, params).encode(vectors, seed);
    int books = shape.codebooks();
    int d = shape.dimension();
    int optimal = 0;
    for (int i = 0; i < count; i++) {
      float[] x = Arrays.copyOfRange(vectors, i * d, (i + 1) * d);
      double error =
          codebooks.squaredError(x, Arrays.copyOfRange(codes, i * books, (i + 1) * books));
      double least = exhaustive(codebooks, x);
      assertThat(error).isGreaterThan(least - 1e-6);
      optimal += error <= least * (1 + 1e-5) + 1e-5 ? 1 : 0;
    }
    return optimal;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void oneAndTwoCodebooksAreSearchedExactly(long seed) {
    assertThat(optimal(new CodeShape(1, 64, 8), SearchParams.DEFAULT, 50, seed)).isEqualTo(50);
    assertThat(optimal(new CodeShape(2, 32, 8), SearchParams.DEFAULT, 50, seed)).isEqualTo(50);
    assertThat(optimal(new CodeShape(2, 64, 3), SearchParams.DEFAULT, 50, seed)).isEqualTo(50);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void threeCodebooksAreMostlySearchedToTheOptimum(long seed) {
    CodeShape shape = new CodeShape(3, 16, 8);
    assertThat(optimal(shape, SearchParams.DEFAULT, 60, seed)).isGreaterThan(36);
    assertThat(optimal(shape, new SearchParams(64, 2, 4, 16), 60, seed)).isGreaterThan(54);
  }

  /** Random codewords, so that a residual start alone fails. */
  @Test
  void localSearchImprovesOnTheBeamAndEveryRoundHelps() {
    CodeShape shape = new CodeShape(4, 64, 8);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 3);
    float[] vectors = TestVectors.gaussian(600, 8, 4);
    double before = Double.POSITIVE_INFINITY;
    for (int rounds : new int[] {0, 8, 64}) {
      SearchParams params = SearchParams.DEFAULT.withRounds(rounds);
      double error =
          codebooks.squaredError(vectors, new CodeSearch(codebooks, params).encode(vectors, 5));
      assertThat(error).isLessThan(0.99 * before);
      before = error;
    }
  }

  @Test
  void improvedCodesAreNowhereWorse() {
    for (int books : new int[] {1, 2, 3, 5}) {
      CodeShape shape = new CodeShape(books, 16, 7);
      Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 7);
      float[] vectors = TestVectors.gaussian(300, 7, 8);
      byte[] start = new CodeSearch(codebooks, new SearchParams(20, 2, 4, 4)).encode(vectors, 9);
      byte[] kept = start.clone();
      byte[] improved =
          new CodeSearch(codebooks, new SearchParams(1, 2, 1, 1)).improve(vectors, start, 10);
      assertThat(start).isEqualTo(kept);
      for (int i = 0; i < 300; i++) {
        float[] x = Arrays.copyOfRange(vectors, i * 7, (i + 1) * 7);
        byte[] old = Arrays.copyOfRange(start, i * books, (i + 1) * books);
        byte[] now = Arrays.copyOfRange(improved, i * books, (i + 1) * books);
        assertThat(codebooks.squaredError(x, now))
            .isLessThanOrEqualTo(codebooks.squaredError(x, old) + 1e-5);
      }
    }
  }

  /** A vector that is a sum of codewords is its own reconstruction. */
  @Test
  void plantedCodesAreFound() {
    CodeShape shape = new CodeShape(2, 256, 8);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 11);
    byte[] planted = TestVectors.codes(shape, 500, 12);
    float[] vectors = codebooks.decode(planted);
    byte[] found = new CodeSearch(codebooks, SearchParams.DEFAULT).encode(vectors, 0);
    assertThat(found).isEqualTo(planted);
    assertThat(codebooks.squaredError(vectors, found)).isCloseTo(0, within(0.0));
  }

  /** Blocks of 256 vectors have random numbers of their own. */
  @Test
  void codesOfABlockDoNotDependOnWhatFollows() {
    CodeShape shape = new CodeShape(3, 16, 8);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 13);
    float[] vectors = TestVectors.gaussian(600, 8, 14);
    byte[] all = new CodeSearch(codebooks, SearchParams.DEFAULT).encode(vectors, 15);
    byte[] some =
        new CodeSearch(codebooks, SearchParams.DEFAULT).encode(Arrays.copyOf(vectors, 512 * 8), 15);
    assertThat(Arrays.copyOf(all, some.length)).isEqualTo(some);
  }

  @Test
  void lengthsThatDoNotFitAreRefused() {
    CodeSearch search =
        new CodeSearch(
            TestVectors.gaussianCodebooks(new CodeShape(2, 16, 8), 1), SearchParams.DEFAULT);
    assertThatThrownBy(() -> search.encode(new float[12], 0))
        .hasMessage("12 values are no vectors of 8");
    assertThatThrownBy(() -> search.improve(new float[16], new byte[3], 0))
        .hasMessage("3 codes of 2 vectors with 2 codebooks");
    assertThat(search.encode(new float[0], 0)).isEmpty();
  }
}
