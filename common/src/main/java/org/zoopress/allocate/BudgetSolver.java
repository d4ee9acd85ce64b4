package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Chooses one option for each unit under one bound: along the lower hulls by falling gain a cost,
 * then whatever still fits. Deterministic, O(n log n) in the number of options.
 */
public final class BudgetSolver {
  private static final int FILLING_ROUNDS = 64;

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
    fill(units, chosen, bound - total, cost, value);
    return chosen;
  }

  /**
   * Spends what the walk along the hulls left over, on options off the hulls too: the one that
   * gains most and fits, again and again. It is less than one step of a hull, so few rounds are
   * worth it.
   */
  private static void fill(
      List<List<Option>> units, int[] chosen, double left, Measure cost, Measure value) {
    for (int round = 0; round < FILLING_ROUNDS; round++) {
      int bestUnit = -1;
      int bestOption = -1;
      double bestGain = 0;
      for (int u = 0; u < chosen.length; u++) {
        Option from = units.get(u).get(chosen[u]);
        for (int k = 0; k < units.get(u).size(); k++) {
          Option to = units.get(u).get(k);
          double gain = value.of(from) - value.of(to);
          if (gain > bestGain && cost.of(to) - cost.of(from) <= left) {
            bestUnit = u;
            bestOption = k;
            bestGain = gain;
          }
        }
      }
      if (bestUnit < 0) {
        return;
      }
      left -=
          cost.of(units.get(bestUnit).get(bestOption))
              - cost.of(units.get(bestUnit).get(chosen[bestUnit]));
      chosen[bestUnit] = bestOption;
    }
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
