package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.allocate.BudgetSolver.Infeasible;
import org.zoopress.allocate.BudgetSolver.Option;
import org.zoopress.allocate.SharedBudget.Sharing;
import org.zoopress.method.SharedId;

/** Shared bytes count once, and only for those that pay. */
class SharedBudgetTest {
  private static final SharedId A = new SharedId(1);
  private static final SharedId B = new SharedId(2);

  private static Sharing option(long bytes, double error, SharedId... shared) {
    return new Sharing(new Option(bytes, error), List.of(shared));
  }

  private static SharedBudget within(long budget, Map<SharedId, Long> bytes) {
    return new SharedBudget(
        bytes, (units, taken) -> BudgetSolver.leastError(units, budget - taken), false);
  }

  private static SharedBudget ofError(double bound, Map<SharedId, Long> bytes) {
    return new SharedBudget(bytes, (units, taken) -> BudgetSolver.leastBytes(units, bound), true);
  }

  private static List<List<Sharing>> units(int count) {
    List<List<Sharing>> units = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      units.add(List.of(option(100, 0.5), option(60, 0.1, A)));
    }
    return units;
  }

  @Test
  void aSharedObjectIsTakenWhereItsUsersPayForItTogether() throws Infeasible {
    Map<SharedId, Long> cost = Map.of(A, 100L);
    assertThat(within(300, cost).solve(units(3))).containsOnly(1); // 180 + 100
    assertThat(within(220, cost).solve(units(2))).containsOnly(1); // exactly
    assertThat(within(219, cost).solve(units(2))).containsOnly(0);
    assertThat(ofError(10, cost).solve(units(2))).containsOnly(0); // 200 against 220
    assertThat(ofError(10, cost).solve(units(3))).containsOnly(1); // 300 against 280
  }

  @Test
  void whatIsThereAnywayIsFree() throws Infeasible {
    assertThat(ofError(10, Map.of(A, 0L)).solve(units(1))).containsOnly(1);
  }

  @Test
  void oneOfTwoThatServeTheSameUnitsIsLeftOut() throws Infeasible {
    List<List<Sharing>> units = new ArrayList<>();
    for (int u = 0; u < 10; u++) {
      units.add(
          List.of(
              option(100, 1), u % 2 == 0 ? option(50, 1, A) : option(51, 1, A), option(50, 1, B)));
    }
    SharedBudget solver = ofError(10, Map.of(A, 90L, B, 90L));
    assertThat(solver.solve(units)).containsOnly(2);
  }

  @Test
  void aBoundThatOnlyPlainOptionsMeetIsMet() throws Infeasible {
    assertThat(within(200, Map.of(A, 1000L)).solve(units(2))).containsOnly(0);
  }

  /** Against all subsets of the objects, which backward elimination does not look at. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverWorseThanWithoutAndMostlyAsGoodAsTheBestSubset(long seed) throws Infeasible {
    SplittableRandom random = new SplittableRandom(seed);
    Map<SharedId, Long> cost = Map.of(A, 40L + random.nextInt(200), B, 40L + random.nextInt(200));
    List<List<Sharing>> units = new ArrayList<>();
    for (int u = 0; u < 12; u++) {
      units.add(
          List.of(
              option(100, 0),
              option(100 - random.nextInt(40), 0, A),
              option(100 - random.nextInt(40), 0, B),
              option(100 - random.nextInt(60), 0, A, B)));
    }
    SharedBudget solver = ofError(1, cost);
    double found = solver.objective(units, solver.solve(units));
    double best = Double.POSITIVE_INFINITY;
    for (List<SharedId> allowed :
        List.of(List.<SharedId>of(), List.of(A), List.of(B), List.of(A, B))) {
      double bytes = allowed.stream().mapToLong(cost::get).sum();
      for (List<Sharing> options : units) {
        bytes +=
            options.stream()
                .filter(option -> allowed.containsAll(option.shared()))
                .mapToLong(option -> option.option().bytes())
                .min()
                .orElseThrow();
      }
      best = Math.min(best, bytes);
    }
    assertThat(found).isLessThanOrEqualTo(1200).isLessThanOrEqualTo(best * 1.05);
  }
}
