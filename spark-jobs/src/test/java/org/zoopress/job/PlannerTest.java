package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.UserInputException;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;

/** Which candidate is stored, and the words for it. */
class PlannerTest {
  private static Solution ok(String method, String point, int bytes, double error) {
    return new Solution(
        method,
        point,
        "ok",
        "",
        "file",
        bytes * 1000L,
        bytes,
        new double[] {error},
        new double[] {1},
        new String[] {"k"},
        List.of(),
        -1,
        0);
  }

  private static Solution not(String method, String status, String reason) {
    return new Solution(
        method,
        "",
        status,
        reason,
        "file",
        0,
        0,
        new double[0],
        new double[0],
        new String[0],
        List.of(),
        -1,
        0);
  }

  private static Planner.Item item(String keepReason, Solution... solutions) {
    return new Planner.Item(
        new UnitPlan("f" + solutions.length, "k" + solutions.length, List.of(), keepReason),
        new SolvedUnit("f", "", "", List.of(solutions)),
        1000);
  }

  private static Choice choose(Planner.Item item, String... settings) {
    return new Planner(TestZoo.settings(settings), id -> 0)
        .choose(List.of(item), Map.of("", new Planner.Totals(4000, 1000, 0, 0, 0)), List.of(""))
        .get(0);
  }

  private static Choice choice(Planner.Item item, long bytes) {
    return choose(item, "target.bytes", Long.toString(bytes));
  }

  private static final Solution LOSSLESS = ok("lossless", "", 3400, 0);
  private static final Solution FINE = ok("scalar", "bits=4", 500, 0.004);
  private static final Solution COARSE = ok("scalar", "bits=2", 250, 0.07);
  private static final Solution BAD = ok("int4", "", 520, 0.02);
  private static final Solution LARGER = ok("int8", "", 3400, 0.0001);

  @Test
  void aKeptTensorIsLosslessWhateverTheTarget() {
    Planner.Item kept = item("rank 1 is at most keep.max-rank=1", LOSSLESS, FINE);
    for (Choice choice :
        List.of(choose(kept), choice(kept, 3400), choose(kept, "target.max-error", "0.5"))) {
      assertThat(choice.solution()).isSameAs(LOSSLESS);
      assertThat(choice.why()).isEqualTo("kept lossless: rank 1 is at most keep.max-rank=1");
    }
    assertThatThrownBy(() -> choice(kept, 3399)).isInstanceOf(UserInputException.class);
  }

  @Test
  void neverACandidateThatIsNotSmallerThanLossless() {
    assertThat(choose(item("", LOSSLESS, LARGER)).solution()).isSameAs(LOSSLESS);
    assertThat(choose(item("", LOSSLESS, LARGER)).why())
        .isEqualTo("lossless: int8  is not smaller");
    assertThat(choice(item("", LOSSLESS, LARGER), 3400).solution()).isSameAs(LOSSLESS);
  }

  @Test
  void withoutATargetTheCandidateFurthestBelowTheLineIsTaken() {
    Choice choice = choose(item("", LOSSLESS, FINE, BAD, COARSE));
    // R + ½ log₂ D: 4 − 3.98 against 4.16 − 2.82 and 2 − 1.92.
    assertThat(choice.solution()).isSameAs(FINE);
    assertThat(choice.why()).contains("among 3 candidates");
    assertThat(choose(item("", LOSSLESS, FINE)).why()).contains("the only candidate smaller");
  }

  @Test
  void refusalsAndFailuresAreTold() {
    Choice choice =
        choose(
            item(
                "",
                LOSSLESS,
                not("scalar", "refused", "there are no weights"),
                not("tucker", "failed", "ArithmeticException: singular")));
    assertThat(choice.solution()).isSameAs(LOSSLESS);
    assertThat(choice.why())
        .isEqualTo(
            "lossless: scalar refused: there are no weights; tucker failed: ArithmeticException: singular");
    assertThat(choose(item("", LOSSLESS)).why()).isEqualTo("lossless: the only method");
    assertThat(choice(item("", LOSSLESS, not("scalar", "refused", "no weights")), 4000).why())
        .isEqualTo("lossless: scalar refused: no weights");
  }

  @Test
  void theTargetDecidesAmongAll() {
    Planner.Item item = item("", LOSSLESS, FINE, BAD, COARSE);
    assertThat(choice(item, 3400).solution()).isSameAs(LOSSLESS);
    assertThat(choice(item, 3399).solution()).isSameAs(FINE);
    assertThat(choice(item, 499).solution()).isSameAs(COARSE);
    assertThat(choose(item, "target.ratio", "8").solution()).isSameAs(FINE);
    assertThat(choose(item, "target.ratio", "8.01").solution()).isSameAs(COARSE);
    assertThat(choose(item, "target.bits", "2").solution()).isSameAs(COARSE);
    assertThat(choose(item, "target.max-error", "0.07").solution()).isSameAs(COARSE);
    assertThat(choose(item, "target.max-error", "0.0699").solution()).isSameAs(FINE);
    assertThat(choose(item, "target.max-error", "0.003").solution()).isSameAs(LOSSLESS);
    assertThat(choice(item, 600).why())
        .isEqualTo("target.bytes=600: one of 4 candidates on the way of least total error");
  }

  @Test
  void whatCannotBeMetSaysWhatCan() {
    assertThatThrownBy(() -> choice(item("", LOSSLESS, FINE), 499))
        .isInstanceOf(UserInputException.class)
        .hasMessageStartingWith(
            "Cannot meet target.bytes=499 for the run: with these methods and operating points the least is 500 bytes (ratio 8.00, 4.000 bits a weight), 0 of them for headers and tensors that are reused. Ask for at most that");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void eachScopeKeepsItsOwnBound(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Planner.Item> items = new ArrayList<>();
    List<String> scopes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      int lossless = random.nextInt(1000, 4000);
      items.add(
          item(
              "",
              ok("lossless", "", lossless, 0),
              ok("scalar", "bits=4", lossless / 7, 0.004 * random.nextDouble(0.5, 2)),
              ok("scalar", "bits=2", lossless / 14, 0.07 * random.nextDouble(0.5, 2))));
      scopes.add("model-" + i % 3);
    }
    Map<String, Planner.Totals> totals = new java.util.HashMap<>();
    for (int m = 0; m < 3; m++) {
      long original = 0;
      for (int i = m; i < 30; i += 3) {
        original += items.get(i).rivals().get(0).length();
      }
      totals.put("model-" + m, new Planner.Totals(original, 10_000, 37, 0, 0));
    }
    List<Choice> choices =
        new Planner(TestZoo.settings("target.ratio", "9", "target.scope", "model"), id -> 0)
            .choose(items, totals, scopes);
    for (int m = 0; m < 3; m++) {
      long bytes = 37;
      for (int i = m; i < 30; i += 3) {
        bytes += choices.get(i).solution().length();
      }
      long bound = totals.get("model-" + m).originalBytes() / 9;
      assertThat(bytes).isLessThanOrEqualTo(bound).isGreaterThan(bound * 8 / 10);
    }
  }
}
