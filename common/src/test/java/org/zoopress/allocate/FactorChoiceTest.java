package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.allocate.Candidate.Status;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** How factors are stored when nobody says how. */
class FactorChoiceTest {
  private static final int ROWS = 64;
  private static final int COLUMNS = 96;

  private static List<Candidate> solve(String method, float[] values, String... settings) {
    List<String> assignments = new ArrayList<>(List.of("methods=" + method));
    assignments.addAll(List.of(settings));
    WeightPartition weights =
        new WeightPartition(
            "w", 0, DType.F32, Shape.of(ROWS, COLUMNS), DType.F32.fromFloats(values));
    return new UnitSolver(Settings.of(SettingsSource.ofAssignments(assignments)))
        .solve(List.of(weights), false, "a test").stream()
            .filter(candidate -> candidate.status() == Status.OK)
            .toList();
  }

  /** A product of random matrices. */
  private static float[] ofRank(int rank, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] u = random.doubles((long) ROWS * rank, -1, 1).toArray();
    double[] v = random.doubles((long) rank * COLUMNS, -1, 1).toArray();
    float[] product = new float[ROWS * COLUMNS];
    for (int i = 0; i < product.length; i++) {
      double sum = 0;
      for (int k = 0; k < rank; k++) {
        sum += u[i / COLUMNS * rank + k] * v[k * COLUMNS + i % COLUMNS];
      }
      product[i] = (float) sum;
    }
    return product;
  }

  private static double relativeError(Candidate candidate) {
    return candidate.squaredErrors()[0] / candidate.squaredNorms()[0];
  }

  /** Bits a weight above what the error is worth: what a run without a target minimises. */
  private static double excessBits(Candidate candidate) {
    return 8.0 * candidate.payload().length / (ROWS * COLUMNS)
        + 0.5 * Math.log(relativeError(candidate)) / Math.log(2);
  }

  @ParameterizedTest(name = "{0}, rank {1}")
  @CsvSource({
    "tucker, 1",
    "tucker, 6",
    "tensor-train, 4",
    "dictionary-pair, 3",
    "low-rank-sparse, 2",
  })
  void weightsOfExactRankTakeFloatingPointFactors(String method, int rank) {
    List<Candidate> candidates = solve(method, ofRank(rank, 3));
    Candidate chosen =
        candidates.stream()
            .filter(candidate -> candidate.method().equals(method))
            .min(Comparator.comparingDouble(FactorChoiceTest::excessBits))
            .orElseThrow();
    assertThat(chosen.operatingPoint()).isEqualTo("exact factors=f32");
    assertThat(relativeError(chosen)).isLessThan(1e-12);
    assertThat(chosen.payload().length).isLessThan(candidates.get(0).payload().length / 2);
    assertThat(candidates)
        .anySatisfy(
            candidate -> {
              assertThat(candidate.operatingPoint()).isEqualTo("exact factors=f16");
              assertThat(relativeError(candidate)).isLessThan(1e-6);
            });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"tucker", "tensor-train", "dictionary-pair", "low-rank-sparse"})
  void weightsOfFullRankTakeIntegersAlone(String method) {
    assertThat(solve(method, ofRank(ROWS, 4)))
        .filteredOn(candidate -> candidate.method().equals(method))
        .isNotEmpty()
        .allSatisfy(
            candidate -> assertThat(candidate.operatingPoint()).endsWith("factors=integer"));
  }

  private static double errorOfSixteenVectors(String factors) {
    SplittableRandom random = new SplittableRandom(5);
    double[] words = random.doubles(16 * 8, -1, 1).toArray();
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i += 8) {
      int word = random.nextInt(16);
      for (int j = 0; j < 8; j++) {
        values[i + j] = (float) words[8 * word + j];
      }
    }
    Candidate additive =
        solve(
                "additive",
                values,
                "additive.codebooks=1",
                "additive.codewords=16",
                "additive.scale=tensor",
                "additive.factors=" + factors)
            .get(1);
    return relativeError(additive);
  }

  /** One codebook holds all vectors of the weight; what is left is the rounding of its scale. */
  @Test
  void codebooksThatFitExactlyTakeFloatingPoint() {
    assertThat(errorOfSixteenVectors("auto")).isLessThan(0.5 * errorOfSixteenVectors("integer"));
  }
}
