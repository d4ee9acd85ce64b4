package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Chooses one option for each unit under one bound; exact on the hulls, deterministic, O(n log n)
 * in the number of options.
 */
public final class BudgetSolver {
  private BudgetSolver() {}

  /** One way to store a unit: bytes and squared error. */
  public record Option(long bytes, double error) {}

  /** The bound cannot be met; says what can. */
  public static final class Infeasible extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient double best;

    Infeasible(String message, double best) {
      super(message);
      this.best = best;
    }

    /** The smallest total (bytes or error) that can be reached. */
    public double best() {
      return best;
    }
  }

  /**
   * Least total error with total bytes at most {@code budget}.
   *
   * @param units options of each unit, at least one each
   * @return index of the chosen option of each unit
   */
  public static int[] leastError(List<List<Option>> units, long budget) throws Infeasible {
    return solve(units, (double) budget, option -> (double) option.bytes(), Option::error);
  }

  /**
   * Least total bytes with total error at most {@code maxError}.
   *
   * @return index of the chosen option of each unit
   */
  public static int[] leastBytes(List<List<Option>> units, double maxError) throws Infeasible {
    return solve(units, maxError, Option::error, option -> (double) option.bytes());
  }

  private interface Measure {
    double of(Option option);
  }

  /** A step along a unit's hull: cost more, gain more. */
  private record Step(int unit, int hullIndex, double cost, double gain) {
    double slope() {
      return gain / cost;
    }
  }

  private static int[] solve(List<List<Option>> units, double bound, Measure cost, Measure value)
      throws Infeasible {
    List<List<Integer>> hulls = new ArrayList<>();
    int[] chosen = new int[units.size()];
    double total = 0;
    PriorityQueue<Step> steps =
        new PriorityQueue<>(
            Comparator.comparingDouble(Step::slope).reversed().thenComparingInt(Step::unit));
    for (int u = 0; u < units.size(); u++) {
      List<Integer> hull = hull(units.get(u), cost, value);
      hulls.add(hull);
      chosen[u] = hull.get(0);
      total += cost.of(units.get(u).get(chosen[u]));
      push(steps, units.get(u), hull, u, 0, cost, value);
    }
    if (total > bound) {
      throw new Infeasible(
          "the least possible is %s, asked for at most %s".formatted(total, bound), total);
    }
    while (!steps.isEmpty()) {
      Step step = steps.poll();
      // A step that is too dear ends its unit's walk only: cheaper ones of other units may still
      // fill the bound.
      if (total + step.cost() <= bound) {
        total += step.cost();
        List<Integer> hull = hulls.get(step.unit());
        chosen[step.unit()] = hull.get(step.hullIndex());
        push(steps, units.get(step.unit()), hull, step.unit(), step.hullIndex(), cost, value);
      }
    }
    return chosen;
  }

  private static void push(
      PriorityQueue<Step> steps,
      List<Option> options,
      List<Integer> hull,
      int unit,
      int at,
      Measure cost,
      Measure value) {
    if (at + 1 < hull.size()) {
      Option from = options.get(hull.get(at));
      Option to = options.get(hull.get(at + 1));
      steps.add(new Step(unit, at + 1, cost.of(to) - cost.of(from), value.of(from) - value.of(to)));
    }
  }

  /** Indices of the lower convex hull by rising cost and falling value. */
  private static List<Integer> hull(List<Option> options, Measure cost, Measure value) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.<Integer>comparingDouble(i -> cost.of(options.get(i)))
            .thenComparingDouble(i -> value.of(options.get(i)))
            .thenComparingInt(i -> i));
    List<Integer> hull = new ArrayList<>();
    for (int next : order) {
      Option option = options.get(next);
      if (!hull.isEmpty() && value.of(options.get(hull.get(hull.size() - 1))) <= value.of(option)) {
        continue;
      }
      while (hull.size() >= 2 && isAbove(options, hull, option, cost, value)) {
        hull.remove(hull.size() - 1);
      }
      hull.add(next);
    }
    return hull;
  }

  private static boolean isAbove(
      List<Option> options, List<Integer> hull, Option next, Measure cost, Measure value) {
    Option a = options.get(hull.get(hull.size() - 2));
    Option b = options.get(hull.get(hull.size() - 1));
    double throughB = (value.of(a) - value.of(b)) * (cost.of(next) - cost.of(a));
    double straight = (value.of(a) - value.of(next)) * (cost.of(b) - cost.of(a));
    return throughB <= straight;
  }
}
