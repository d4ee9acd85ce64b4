package org.zoopress.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.allocate.BudgetSolver.Infeasible;
import org.zoopress.allocate.BudgetSolver.Option;

/** Against every combination, on instances small enough to try them all. */
class BudgetSolverTest {
  /** Sums of errors are doubles: a bound on them holds up to rounding. */
  private static final double ROUNDING = 1e-12;

  private static Stream<Long> seeds() {
    String only = System.getProperty("test.seed");
    return only != null ? Stream.of(Long.parseLong(only)) : LongStream.range(0, 300).boxed();
  }

  /** One to five units of one to five options; a lossless one in each, ties and bad ones too. */
  private static List<List<Option>> instance(SplittableRandom random) {
    List<List<Option>> units = new ArrayList<>();
    for (int u = random.nextInt(1, 6); u > 0; u--) {
      long lossless = random.nextInt(20, 400);
      List<Option> options = new ArrayList<>(List.of(new Option(lossless, 0)));
      for (int o = random.nextInt(5); o > 0; o--) {
        long bytes = random.nextInt(1, (int) lossless + 20);
        double error =
            random.nextBoolean()
                ? Math.pow(2, -8.0 * bytes / lossless) * random.nextDouble(0.5, 2)
                : random.nextInt(3);
        options.add(new Option(bytes, error));
      }
      units.add(options);
    }
    return units;
  }

  private static double total(
      List<List<Option>> units, int[] chosen, ToDoubleFunction<Option> measure) {
    double total = 0;
    for (int u = 0; u < chosen.length; u++) {
      total += measure.applyAsDouble(units.get(u).get(chosen[u]));
    }
    return total;
  }

  private static List<int[]> combinations(List<List<Option>> units) {
    List<int[]> all = new ArrayList<>(List.of(new int[units.size()]));
    for (int u = 0; u < units.size(); u++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] some : all) {
        for (int o = 0; o < units.get(u).size(); o++) {
          int[] next = some.clone();
          next[u] = o;
          longer.add(next);
        }
      }
      all = longer;
    }
    return all;
  }

  /** The optimum value among all combinations within the bound; infinite if there is none. */
  private static double optimum(
      List<List<Option>> units,
      double bound,
      ToDoubleFunction<Option> cost,
      ToDoubleFunction<Option> value) {
    return combinations(units).stream()
        .filter(choice -> total(units, choice, cost) <= bound)
        .mapToDouble(choice -> total(units, choice, value))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * What the textbook gives: with a price λ on cost each unit takes the option of least value + λ ·
   * cost; the best such choice within the bound, over all slopes between two options of a unit.
   */
  private static double bestOfOneSlope(
      List<List<Option>> units,
      double bound,
      ToDoubleFunction<Option> cost,
      ToDoubleFunction<Option> value) {
    List<Double> slopes = new ArrayList<>(List.of(0.0, 1e18));
    for (List<Option> options : units) {
      for (Option a : options) {
        for (Option b : options) {
          double dearer = cost.applyAsDouble(b) - cost.applyAsDouble(a);
          if (dearer > 0) {
            double slope = (value.applyAsDouble(a) - value.applyAsDouble(b)) / dearer;
            slopes.add(slope * (1 - 1e-9));
            slopes.add(slope * (1 + 1e-9));
          }
        }
      }
    }
    double best = Double.POSITIVE_INFINITY;
    for (double slope : slopes) {
      double totalCost = 0;
      double totalValue = 0;
      for (List<Option> options : units) {
        Option least = options.get(0);
        for (Option option : options) {
          if (value.applyAsDouble(option) + slope * cost.applyAsDouble(option)
              < value.applyAsDouble(least) + slope * cost.applyAsDouble(least)) {
            least = option;
          }
        }
        totalCost += cost.applyAsDouble(least);
        totalValue += value.applyAsDouble(least);
      }
      if (totalCost <= bound) {
        best = Math.min(best, totalValue);
      }
    }
    return best;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void leastErrorKeepsTheBudgetAndIsAsGoodAsAnySlope(long seed) throws Infeasible {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Option>> units = instance(random);
    long least =
        units.stream().mapToLong(u -> u.stream().mapToLong(Option::bytes).min().getAsLong()).sum();
    long most = units.stream().mapToLong(unit -> unit.get(0).bytes()).sum();
    long budget = random.nextLong(least, Math.max(least, most) + 10);
    int[] chosen = BudgetSolver.leastError(units, budget);
    double error = total(units, chosen, Option::error);
    assertThat(total(units, chosen, Option::bytes)).isLessThanOrEqualTo(budget);
    assertThat(error)
        .isLessThanOrEqualTo(
            bestOfOneSlope(units, budget, Option::bytes, Option::error) * (1 + ROUNDING))
        .isGreaterThanOrEqualTo(
            optimum(units, budget, Option::bytes, Option::error) * (1 - ROUNDING));
    assertThat(BudgetSolver.leastError(units, budget)).as("again").isEqualTo(chosen);
    assertThatThrownBy(() -> BudgetSolver.leastError(units, least - 1))
        .isInstanceOfSatisfying(
            Infeasible.class, e -> assertThat(e.best()).isEqualTo((double) least));
    assertThatCode(() -> BudgetSolver.leastError(units, least)).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void leastBytesKeepsTheErrorAndIsAsGoodAsAnySlope(long seed) throws Infeasible {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Option>> units = instance(random);
    double bound = random.nextDouble() * units.size();
    int[] chosen = BudgetSolver.leastBytes(units, bound);
    double bytes = total(units, chosen, Option::bytes);
    assertThat(total(units, chosen, Option::error)).isLessThanOrEqualTo(bound * (1 + ROUNDING));
    assertThat(bytes)
        .isLessThanOrEqualTo(bestOfOneSlope(units, bound, Option::error, Option::bytes))
        .isGreaterThanOrEqualTo(optimum(units, bound, Option::error, Option::bytes));
  }

  /** Where the budget is the cost of a point of the common hull the greedy walk is exact. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void pointsOfTheHullAreOptimal(long seed) throws Infeasible {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Option>> units = instance(random);
    for (double slope : new double[] {1e-4, 1e-3, 1e-2, 0.1}) {
      double bytes = 0;
      for (List<Option> options : units) {
        Option best = options.get(0);
        for (Option option : options) {
          if (option.error() + slope * option.bytes() < best.error() + slope * best.bytes()) {
            best = option;
          }
        }
        bytes += best.bytes();
      }
      int[] chosen = BudgetSolver.leastError(units, (long) bytes);
      assertThat(total(units, chosen, Option::error))
          .isLessThanOrEqualTo(
              optimum(units, bytes, Option::bytes, Option::error) * (1 + ROUNDING) + 1e-300);
    }
  }

  @Test
  void aDearStepOfOneUnitDoesNotStopTheOthers() throws Infeasible {
    List<List<Option>> units =
        List.of(
            List.of(new Option(1000, 0), new Option(10, 100)),
            List.of(new Option(20, 0), new Option(10, 0.5)));
    assertThat(BudgetSolver.leastError(units, 40)).containsExactly(1, 0);
  }

  @Test
  void whatIsLeftBelowTheBoundIsSpentOffTheHull() throws Infeasible {
    // The hull of each unit is its ends; the option between lies above it.
    List<Option> unit = List.of(new Option(10, 8), new Option(15, 7), new Option(20, 0));
    assertThat(BudgetSolver.leastError(List.of(unit, unit), 39)).containsExactly(2, 1);
    assertThat(BudgetSolver.leastError(List.of(unit, unit), 34)).containsExactly(2, 0);
  }

  @Test
  void amongEqualOptionsTheFirstIsTaken() throws Infeasible {
    List<List<Option>> units = List.of(List.of(new Option(10, 1), new Option(10, 1)));
    assertThat(BudgetSolver.leastError(units, 10)).containsExactly(0);
    assertThat(BudgetSolver.leastBytes(units, 1)).containsExactly(0);
  }

  @Test
  void nothingToDecideIsNoError() throws Infeasible {
    assertThat(BudgetSolver.leastError(List.of(), 0)).isEmpty();
  }

  @Test
  void whatCannotBeReachedSaysWhatCan() {
    List<List<Option>> units = List.of(List.of(new Option(10, 0)), List.of(new Option(7, 1)));
    assertThatThrownBy(() -> BudgetSolver.leastError(units, 16))
        .isInstanceOf(Infeasible.class)
        .hasMessage("the least possible is 17.0, asked for at most 16.0");
  }
}
