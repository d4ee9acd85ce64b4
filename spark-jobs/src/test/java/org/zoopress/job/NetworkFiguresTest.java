package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.zoopress.io.NetworkFigures;
import org.zoopress.io.NetworkFigures.Layer;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;

/** What members of a network's payload count for, and what its errors weigh among others. */
class NetworkFiguresTest {
  private static final Layer LAYER = new Layer(1, 0.1, 8000, 0.01, 1);

  private static NetworkFigures figures(double divergence, Layer... layers) {
    boolean[] weights = new boolean[layers.length];
    weights[0] = true;
    return new NetworkFigures(divergence, 0.9, "folded", "synthetic", 1, weights, layers);
  }

  private static Solution solution(String fingerprint, double error, NetworkFigures figures) {
    return new Solution(
        "m",
        "p",
        "ok",
        "",
        fingerprint,
        0,
        100,
        new double[] {error, 50},
        new double[] {1, 1000},
        new String[] {"a", "b"},
        List.of(),
        -1,
        0,
        figures);
  }

  private static Planner.Item item(String fingerprint, Solution... solutions) {
    return new Planner.Item(
        new UnitPlan(fingerprint, fingerprint, List.of(), ""),
        new SolvedUnit(fingerprint, "", "", List.of(solutions)),
        100);
  }

  @Test
  void layersCountForTheirBitsAndOthersShareTheRestBySize() {
    double[] shares = figures(0.1, LAYER, null, null).shares(1400, new long[] {9000, 100, 300});
    assertThat(shares).containsExactly(1000, 100, 300);
    assertThat(DoubleStream.of(figures(0, null, null).shares(77, new long[] {5, 6})).sum())
        .isCloseTo(77, within(1e-9));
    assertThat(DoubleStream.of(figures(0, LAYER, null).shares(900, new long[] {5, 6})).sum())
        .as("bits that are more than the payload has")
        .isCloseTo(900, within(1e-9));
  }

  @Test
  void errorsOfANetworkAreThoseOfItsLayersWeights() {
    assertThat(solution("n", 0.25, figures(0.1, LAYER, null)).squaredError()).isEqualTo(0.25);
    assertThat(solution("n", 0.25, figures(0.1, LAYER, null)).squaredNorm()).isEqualTo(1);
    assertThat(solution("n", 0.25, null).squaredError()).isEqualTo(50.25);
  }

  @Test
  void plainTensorsCostWhatErrorsHaveCostNetworks() {
    Solution exact = solution("n", 0, figures(0, null, null));
    Solution coarse = solution("n", 0.25, figures(0.5, LAYER, null)); // 2 nats a relative error
    Planner.Item network = item("n", exact, coarse);
    Planner.Item plain = item("p", solution("p", 10, null));
    Damage damage = Damage.among(List.of(network, plain), fingerprint -> fingerprint);
    assertThat(damage.noun()).isEqualTo("divergence");
    assertThat(damage.of(network, coarse)).isEqualTo(0.5);
    assertThat(damage.of(plain, solution("p", 10, null))).isCloseTo(2 * 60 / 1001.0, within(1e-12));
    Damage weights = Damage.among(List.of(plain), fingerprint -> fingerprint);
    assertThat(weights).isSameAs(Damage.OF_WEIGHTS);
  }
}
