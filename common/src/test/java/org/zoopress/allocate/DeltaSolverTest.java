package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.method.SharedFactors;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class DeltaSolverTest {
  private static final Shape SHAPE = Shape.of(128, 64, 3, 3);
  private static final int COUNT = 128 * 64 * 9;

  private static Settings settings(String... assignments) {
    return Settings.of(SettingsSource.ofAssignments(List.of(assignments)));
  }

  private static float[] gaussian(long seed, double std) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return values;
  }

  private static float[] sum(float[] one, float[] other) {
    float[] sum = one.clone();
    for (int i = 0; i < COUNT; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static WeightPartition partition(float[] values, DType dtype) {
    return new WeightPartition("key", 0, dtype, SHAPE, dtype.fromFloats(values));
  }

  private static Candidate solved(WeightPartition weights, String step) {
    return new UnitSolver(settings("scalar.bits=", "scalar.relative-step=" + step))
        .solve(List.of(weights), false, "test")
        .get(1);
  }

  /**
   * Gaussian B and W = B + noise of variance δ, both at the error e of one step. The ideal is ½
   * log₂((δ + e)/e'): what the stored copy needs above it is what entropy-coded quantization needs
   * alone, at most 1.5 dB, that is a quarter of a bit.
   */
  @ParameterizedTest(name = "distance {0}, relative step {1}, seeds 1 and 2")
  @CsvSource({
    "1e-6, 0.1",
    "1e-4, 0.1",
    "1e-3, 0.1",
    "1e-2, 0.1",
    "0.1, 0.1",
    "1e-4, 0.02",
    "1e-2, 0.5"
  })
  void aPlantedRelativeNeedsTheBitsOfTheTheory(double distance, String step) {
    float[] original = gaussian(1, 0.05);
    WeightPartition weights =
        partition(sum(original, gaussian(2, 0.05 * Math.sqrt(distance))), DType.F32);
    Candidate base = solved(partition(original, DType.F32), step);
    Candidate alone = solved(weights, step);
    byte[] restored =
        Payload.decode(base.payload(), 0, base.payload().length, SharedFactors.none()).restore(0);
    double own = Double.parseDouble(step);
    List<Candidate> candidates =
        new DeltaSolver(
                settings(
                    "scalar.bits=",
                    "scalar.relative-step=%s,%s,%s,%s"
                        .formatted(own, 0.84 * own, 0.71 * own, 0.5 * own)),
                List.of())
            .solve(weights, restored, false, "test");
    double error = alone.squaredErrors()[0] / alone.squaredNorms()[0];
    Candidate best =
        candidates.stream()
            .filter(c -> c.squaredErrors()[0] <= 1.05 * alone.squaredErrors()[0])
            .min(Comparator.comparingInt(c -> c.payload().length))
            .orElseThrow();
    double reached = best.squaredErrors()[0] / best.squaredNorms()[0];
    double bits = 8.0 * best.payload().length / COUNT;
    double ideal = 0.5 * Math.log((distance + error) / reached) / Math.log(2);
    assertThat(bits)
        .as(
            "error %s, reached %s, ideal %s, alone %s",
            error, reached, ideal, alone.payload().length)
        .isLessThan(ideal + 0.35)
        .isGreaterThan(ideal - 0.15)
        .isLessThan(8.0 * alone.payload().length / COUNT);
  }

  @ParameterizedTest(name = "{0}, seed 3")
  @CsvSource({"F64", "F32", "F16", "BF16"})
  void everyCandidateDecodesToWhatItRecords(DType dtype) {
    float[] original = gaussian(3, 0.05);
    WeightPartition weights = partition(sum(original, gaussian(4, 0.001)), dtype);
    byte[] base = dtype.fromFloats(original);
    List<Candidate> candidates =
        new DeltaSolver(
                settings(
                    "methods=scalar,int8,tucker,low-rank-sparse",
                    "scalar.trellis=4",
                    "tucker.ratios=",
                    "tucker.errors=0.0001,0.5",
                    "low-rank-sparse.ratios=",
                    "low-rank-sparse.errors=0.0002"),
                List.of())
            .solve(weights, base, false, "test");
    assertThat(candidates)
        .extracting(Candidate::method)
        .contains("lossless", "copy", "scalar", "int8", "tucker", "low-rank-sparse");
    assertThat(candidates.get(0).squaredErrors()).containsExactly(0);
    for (Candidate candidate : candidates) {
      assertThat(candidate.status()).as(candidate.reason()).isEqualTo(Candidate.Status.OK);
      assertThat(candidate.operatingPoint()).startsWith("delta");
      byte[] bytes = candidate.payload();
      byte[] restored = Payload.decode(bytes, 0, bytes.length, SharedFactors.none()).add(base);
      assertThat(UnitSolver.restoredKey(restored)).isEqualTo(candidate.restoredKeys()[0]);
      assertThat(candidate.squaredErrors()[0]).isLessThan(0.01 * candidate.squaredNorms()[0]);
    }
    assertThat(candidates.get(0).payload().length).isLessThan((int) (0.75 * weights.data().length));
  }

  /** A fine-tuning of low rank, as adapters leave it, is for the methods of low rank. */
  @Test
  void adaptersAreFoundByMethodsOfLowRank() {
    int rows = 128;
    int columns = 576;
    SplittableRandom random = new SplittableRandom(5);
    float[] original = gaussian(6, 0.05);
    float[] tuned = original.clone();
    double[] left = random.doubles(rows, -0.03, 0.03).toArray();
    double[] right = random.doubles(columns, -1, 1).toArray();
    for (int i = 0; i < COUNT; i++) {
      tuned[i] += (float) (left[i / columns] * right[i % columns]);
    }
    Shape matrix = Shape.of(rows, columns);
    WeightPartition weights =
        new WeightPartition("key", 0, DType.F32, matrix, DType.F32.fromFloats(tuned));
    List<Candidate> candidates =
        new DeltaSolver(
                settings("methods=scalar,tucker", "tucker.ratios=", "tucker.errors=0.0005"),
                List.of())
            .solve(weights, DType.F32.fromFloats(original), false, "test");
    Candidate tucker =
        candidates.stream().filter(c -> c.method().equals("tucker")).findFirst().orElseThrow();
    assertThat(tucker.squaredErrors()[0]).isLessThanOrEqualTo(0.0006 * tucker.squaredNorms()[0]);
    assertThat(tucker.payload().length).isLessThan(2 * (rows + columns));
  }

  @Test
  void anEqualBaseNeedsNoFactors() {
    WeightPartition weights = partition(gaussian(7, 1), DType.F32);
    List<Candidate> candidates =
        new DeltaSolver(settings(), List.of()).solve(weights, weights.data(), false, "test");
    assertThat(candidates).extracting(Candidate::method).containsExactly("lossless", "copy");
    assertThat(candidates.get(1).payload().length).isLessThan(20);
    assertThat(candidates.get(1).squaredErrors()).containsExactly(0);
    assertThat(new DeltaSolver(settings(), List.of()).solve(weights, weights.data(), true, "test"))
        .hasSize(1);
  }
}
