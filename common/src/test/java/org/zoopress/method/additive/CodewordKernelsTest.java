package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** SIMD and plain loops give the same bits. */
class CodewordKernelsTest {
  private static final int POINTS = CodewordKernels.POINTS;

  private final CodewordKernels plain = new ScalarKernels();
  private final CodewordKernels simd = new VectorKernels();

  @BeforeAll
  static void needsTheModule() {
    Assumptions.assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "needs --add-modules=jdk.incubator.vector");
  }

  private static LanePoints points(int dimension, long seed) {
    float[] vectors = TestVectors.gaussian(POINTS, dimension, seed);
    LanePoints points = new LanePoints(dimension);
    for (int p = 0; p < POINTS; p++) {
      points.put(p, vectors, p * dimension);
    }
    return points;
  }

  @ParameterizedTest
  @CsvSource({"1,2", "3,16", "8,2", "8,256", "9,64", "16,256", "24,8", "64,32"})
  void nearestAndCostsAgree(int dimension, int codewords) {
    CodeShape shape = new CodeShape(1, codewords, dimension);
    CodewordTable table = CodewordTable.of(TestVectors.gaussianCodebooks(shape, 1), 0);
    float[] scratch = new float[codewords * POINTS];
    for (long seed = 0; seed < 20; seed++) {
      LanePoints points = points(dimension, seed);
      int[] expected = new int[POINTS];
      plain.nearest(table, points.transposed(), scratch, expected);
      float[] expectedCosts = scratch.clone();
      int[] found = new int[POINTS];
      simd.nearest(table, points.transposed(), scratch, found);
      float[] costs = new float[scratch.length];
      simd.costs(table, points.transposed(), costs);
      assertThat(found).isEqualTo(expected);
      assertThat(costs).isEqualTo(expectedCosts);
    }
  }

  /** The definition, in double. */
  @Test
  void costsAreDistancesLessTheNormOfThePoint() {
    CodeShape shape = new CodeShape(1, 32, 11);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 2);
    float[] x = TestVectors.gaussian(1, 11, 3);
    LanePoints points = new LanePoints(11);
    points.put(5, x, 0);
    float[] costs = new float[32 * POINTS];
    plain.costs(CodewordTable.of(codebooks, 0), points.transposed(), costs);
    for (int k = 0; k < 32; k++) {
      double distance = -TestVectors.squaredNorm(x);
      for (int j = 0; j < 11; j++) {
        distance += Math.pow((double) x[j] - codebooks.values()[k * 11 + j], 2);
      }
      assertThat((double) costs[k * POINTS + 5]).isCloseTo(distance, within(1e-4));
    }
  }

  @Test
  void ofEqualCodewordsTheFirstIsNearest() {
    CodeShape shape = new CodeShape(1, 16, 8);
    CodewordTable table = CodewordTable.of(new Codebooks(shape, new float[16 * 8]), 0);
    for (CodewordKernels kernels : new CodewordKernels[] {plain, simd}) {
      int[] found = new int[POINTS];
      kernels.nearest(table, points(8, 4).transposed(), new float[16 * POINTS], found);
      assertThat(found).containsOnly(0);
    }
  }

  static Stream<Long> seeds() {
    return Stream.iterate(0L, seed -> seed < 10, seed -> seed + 1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bestRowsAgree(long seed) {
    int rows = 64;
    float[] rowCosts = nonNegative(rows * POINTS, seed);
    float[] columnCosts = nonNegative(rows * POINTS, seed + 100);
    float[] pairCosts = nonNegative(rows * rows, seed + 200);
    int[] expected = new int[POINTS];
    plain.bestRow(rowCosts, columnCosts, pairCosts, expected);
    int[] found = new int[POINTS];
    simd.bestRow(rowCosts, columnCosts, pairCosts, found);
    assertThat(found).isEqualTo(expected);
  }

  private static float[] nonNegative(int count, long seed) {
    float[] values = TestVectors.gaussian(count, 1, seed);
    for (int i = 0; i < count; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void beamListsAgreeAndHoldTheCheapest(long seed) {
    int width = 5;
    BeamLists expected = new BeamLists(width);
    BeamLists found = new BeamLists(width);
    float[] all = new float[3 * 32];
    for (int beam = 0; beam < 3; beam++) {
      float[] costs = TestVectors.gaussian(32 * POINTS, 1, seed * 3 + beam);
      float[] partial = TestVectors.gaussian(POINTS, 1, seed + 50 + beam);
      plain.offer(costs, partial, beam, expected);
      simd.offer(costs, partial, beam, found);
      for (int k = 0; k < 32; k++) {
        all[beam * 32 + k] = costs[k * POINTS + 7] + partial[7];
      }
    }
    Arrays.sort(all);
    for (int rank = 0; rank < width; rank++) {
      assertThat(expected.cost(7, rank)).isEqualTo(all[rank]);
      for (int p = 0; p < POINTS; p++) {
        assertThat(found.cost(p, rank)).isEqualTo(expected.cost(p, rank));
        assertThat(found.beam(p, rank)).isEqualTo(expected.beam(p, rank));
        assertThat(found.word(p, rank)).isEqualTo(expected.word(p, rank));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,256,8", "2,256,8", "2,64,16", "3,32,8", "4,16,5", "8,16,9"})
  void wholeSearchesAgree(int books, int codewords, int dimension) {
    CodeShape shape = new CodeShape(books, codewords, dimension);
    Codebooks codebooks = TestVectors.gaussianCodebooks(shape, 5);
    float[] vectors = TestVectors.gaussian(300, dimension, 6);
    SearchParams params = SearchParams.DEFAULT;
    assertThat(new CodeSearch(codebooks, params, simd).encode(vectors, 7))
        .isEqualTo(new CodeSearch(codebooks, params, plain).encode(vectors, 7));
  }
}
