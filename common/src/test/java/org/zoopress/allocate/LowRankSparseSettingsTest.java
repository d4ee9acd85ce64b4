package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** From settings through the stored payload and back. */
class LowRankSparseSettingsTest {
  private static List<Candidate> solve(String... assignments) {
    float[] values = new float[16 * 8 * 9];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    WeightPartition weights =
        new WeightPartition(
            "00", 0, DType.F32, Shape.of(16, 8, 3, 3), DType.F32.fromFloats(values));
    Settings settings = Settings.of(SettingsSource.ofAssignments(List.of(assignments)));
    return new UnitSolver(settings).solve(List.of(weights), false, "test");
  }

  @Test
  void everyOperatingPointBecomesACandidate() {
    List<Candidate> candidates =
        solve(
            "methods=low-rank-sparse",
            "low-rank-sparse.ratios=2,4",
            "low-rank-sparse.errors=0.1",
            "low-rank-sparse.base-bits=3",
            "low-rank-sparse.rank-shares=0.25",
            "low-rank-sparse.threshold=soft",
            "low-rank-sparse.form=filters",
            "low-rank-sparse.factors=f16");
    assertThat(candidates).allMatch(candidate -> candidate.status() == Candidate.Status.OK);
    assertThat(candidates.stream().skip(1).map(Candidate::operatingPoint))
        .containsExactly(
            "ratio=2.0 rank-share=0.25 factors=f16",
            "ratio=4.0 rank-share=0.25 factors=f16",
            "error=0.1 factors=f16",
            "base-bits=3.0 outliers=0.005 rank=2");
    Candidate error = candidates.get(3);
    assertThat(error.squaredErrors()[0]).isLessThanOrEqualTo(0.1 * error.squaredNorms()[0]);
  }

  @Test
  void theMethodNeedsAnOperatingPoint() {
    assertThatThrownBy(() -> solve("methods=low-rank-sparse", "low-rank-sparse.errors="))
        .hasMessage(
            "Cannot use method low-rank-sparse: none of low-rank-sparse.ratios,"
                + " low-rank-sparse.errors, low-rank-sparse.base-bits has a value. Give one of"
                + " them, or leave the method out.");
  }
}
