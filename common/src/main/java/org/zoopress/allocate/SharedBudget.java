package org.zoopress.allocate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.zoopress.allocate.BudgetSolver.Infeasible;
import org.zoopress.allocate.BudgetSolver.Option;
import org.zoopress.method.SharedId;

/**
 * Chooses one option for each unit where options may need shared objects, whose bytes count once
 * however many units use them. A shared object is kept only if the plan with it, its bytes counted,
 * is better than the plan without it.
 *
 * <p>Which set of shared objects is best is a facility location problem; it is solved by backward
 * elimination: from all of them, one after the other is left out for as long as that helps, those
 * with the fewest users first. Exact for one object, and never worse than without any.
 *
 * @param bytes of each shared object that an option may need; 0 where it is there anyway
 * @param bounded solves units under the bound less the given bytes
 * @param countBytes whether the objective is bytes (then shared ones count too) or error
 */
public record SharedBudget(Map<SharedId, Long> bytes, Bounded bounded, boolean countBytes) {

  /** A bound on bytes or error, for units without shared objects. */
  public interface Bounded {
    /**
     * @param sharedBytes bytes that are taken already
     * @return index of the chosen option of each unit
     */
    int[] solve(List<List<Option>> units, long sharedBytes) throws Infeasible;
  }

  /**
   * A way to store a unit.
   *
   * @param shared ids of the objects without which it cannot be decoded
   */
  public record Sharing(Option option, List<SharedId> shared) {}

  /** A choice for each unit, the objects that it uses, and its objective. */
  private record Solved(int[] chosen, Set<SharedId> used, double objective) {}

  /**
   * @param units options of each unit, at least one each; at least one that needs nothing shared
   * @return index of the chosen option of each unit
   */
  public int[] solve(List<List<Sharing>> units) throws Infeasible {
    Set<SharedId> all = new TreeSet<>();
    units.forEach(options -> options.forEach(option -> all.addAll(option.shared())));
    Solved best = with(units, Set.of());
    if (all.isEmpty()) {
      return orInfeasible(units, best).chosen();
    }
    Set<SharedId> allowed = new TreeSet<>(all);
    Solved current = with(units, allowed);
    while (current == null && allowed.size() > 1) {
      // All together leave too little for the rest; objects that are there already cost nothing.
      allowed.remove(allowed.stream().max(Comparator.comparingLong(bytes::get)).orElseThrow());
      current = with(units, allowed);
    }
    while (current != null && !current.used().isEmpty()) {
      if (best == null || current.objective() < best.objective()) {
        best = current;
      }
      current = withOneLess(units, current);
    }
    return orInfeasible(units, best).chosen();
  }

  /** Without the object whose loss helps; null if none does. */
  private Solved withOneLess(List<List<Sharing>> units, Solved current) {
    for (SharedId id : byUsers(units, current)) {
      Set<SharedId> fewer = new TreeSet<>(current.used());
      fewer.remove(id);
      Solved without = with(units, fewer);
      if (without != null && without.objective() <= current.objective()) {
        return without;
      }
    }
    return null;
  }

  private static List<SharedId> byUsers(List<List<Sharing>> units, Solved current) {
    Map<SharedId, Integer> users = new TreeMap<>();
    for (int u = 0; u < units.size(); u++) {
      for (SharedId id : units.get(u).get(current.chosen()[u]).shared()) {
        users.merge(id, 1, Integer::sum);
      }
    }
    List<SharedId> order = new ArrayList<>(users.keySet());
    order.sort(Comparator.comparing(users::get)); // stable: ties stay in order of id
    return order;
  }

  /** Null if the bound cannot be met with these. */
  private Solved with(List<List<Sharing>> units, Set<SharedId> allowed) {
    try {
      Solved solved = attempt(units, allowed);
      // What was paid for and not used makes room for the rest.
      return solved.used().size() < allowed.size() ? attempt(units, solved.used()) : solved;
    } catch (Infeasible e) {
      return null;
    }
  }

  private Solved orInfeasible(List<List<Sharing>> units, Solved best) throws Infeasible {
    return best == null ? attempt(units, Set.of()) : best;
  }

  private Solved attempt(List<List<Sharing>> units, Set<SharedId> allowed) throws Infeasible {
    List<List<Integer>> positions = new ArrayList<>();
    List<List<Option>> restricted = new ArrayList<>();
    for (List<Sharing> options : units) {
      List<Integer> kept = new ArrayList<>();
      List<Option> plain = new ArrayList<>();
      for (int k = 0; k < options.size(); k++) {
        if (allowed.containsAll(options.get(k).shared())) {
          kept.add(k);
          plain.add(options.get(k).option());
        }
      }
      positions.add(kept);
      restricted.add(plain);
    }
    int[] chosen = bounded.solve(restricted, allowed.stream().mapToLong(bytes::get).sum());
    for (int u = 0; u < chosen.length; u++) {
      chosen[u] = positions.get(u).get(chosen[u]);
    }
    return new Solved(chosen, used(units, chosen), objective(units, chosen));
  }

  private static Set<SharedId> used(List<List<Sharing>> units, int[] chosen) {
    Set<SharedId> used = new TreeSet<>();
    for (int u = 0; u < chosen.length; u++) {
      used.addAll(units.get(u).get(chosen[u]).shared());
    }
    return used;
  }

  /** Total error of a choice, or its total bytes with the shared objects that it uses. */
  public double objective(List<List<Sharing>> units, int[] chosen) {
    double objective = 0;
    for (int u = 0; u < chosen.length; u++) {
      Option option = units.get(u).get(chosen[u]).option();
      objective += countBytes ? option.bytes() : option.error();
    }
    return countBytes
        ? objective + used(units, chosen).stream().mapToLong(bytes::get).sum()
        : objective;
  }
}
