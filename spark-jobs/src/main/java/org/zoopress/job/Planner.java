package org.zoopress.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zoopress.allocate.BudgetSolver;
import org.zoopress.allocate.SharedBudget;
import org.zoopress.allocate.SharedBudget.Sharing;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.TargetScope;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.SharedId;

/**
 * Chooses the candidate of every unit. With a target it is a hard bound, met by {@link
 * BudgetSolver}; without one it is an {@link EfficientChoice}. A candidate that is not smaller than
 * the lossless one is never taken.
 */
final class Planner {
  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

  /** How the reason of a tensor begins that no lossy method was allowed to touch. */
  static final String KEPT = "kept lossless: ";

  private static final String LOSSLESS = "lossless";

  /** What the pointer to its base takes besides a difference. */
  static final int BASE_POINTER_BYTES = 9;

  private final Settings settings;
  private final ToLongFunction<SharedId> sharedBytes;
  private final Set<SharedId> given;
  private final Damage damage;

  /**
   * @param sharedBytes what a shared object adds to the stored bytes
   */
  Planner(Settings settings, ToLongFunction<SharedId> sharedBytes) {
    this(settings, sharedBytes, Set.of(), Damage.OF_WEIGHTS);
  }

  /**
   * @param given shared objects that every plan has, since what is reused or settled needs them;
   *     their bytes count as fixed ones
   * @param damage what is least under a bound on bytes
   */
  Planner(
      Settings settings, ToLongFunction<SharedId> sharedBytes, Set<SharedId> given, Damage damage) {
    this.settings = settings;
    this.sharedBytes = sharedBytes;
    this.given = given;
    this.damage = damage;
  }

  /**
   * A unit to decide on.
   *
   * @param solved its own candidates
   * @param weights number of weights in it
   * @param differences what else it may be stored as; the exact one is first
   * @param settled what it must be stored as, since differences were made to it; or null
   */
  record Item(
      UnitPlan plan, SolvedUnit solved, long weights, List<Solution> differences, Choice settled) {

    /** A unit without relatives. */
    Item(UnitPlan plan, SolvedUnit solved, long weights) {
      this(plan, solved, weights, List.of(), null);
    }

    /** Its own candidates that may be stored, lossless first. */
    List<Solution> alone() {
      List<Solution> ok =
          solved.solutions().stream().filter(solution -> solution.status().equals("ok")).toList();
      return smallerThan(ok.get(0), ok.subList(1, ok.size()));
    }

    /** Candidates that may be stored, the smaller one of the exact ones first. */
    List<Solution> rivals() {
      if (settled != null) {
        return List.of(settled.solution());
      }
      List<Solution> rivals = alone();
      if (differences.isEmpty()) {
        return rivals;
      }
      Solution exact = differences.get(0);
      List<Solution> others = new ArrayList<>(rivals.subList(1, rivals.size()));
      others.addAll(differences.subList(1, differences.size()));
      return smallerThan(
          exact.length() + BASE_POINTER_BYTES < rivals.get(0).length() ? exact : rivals.get(0),
          others);
    }

    private static List<Solution> smallerThan(Solution exact, List<Solution> others) {
      List<Solution> rivals = new ArrayList<>(List.of(exact));
      others.stream().filter(other -> other.length() < exact.length()).forEach(rivals::add);
      return rivals;
    }

    /** Whether it is a whole network. */
    boolean isNetwork() {
      return !solved.solutions().isEmpty() && solved.solutions().get(0).figures() != null;
    }

    boolean kept() {
      return !plan.keepReason().isEmpty();
    }

    /** Why it is stored losslessly though lossy methods were allowed to touch it. */
    String whyLossless() {
      List<String> reasons = new ArrayList<>();
      for (Solution solution : solved.solutions()) {
        if (!solution.method().equals(LOSSLESS)) {
          reasons.add(
              solution.status().equals("ok")
                  ? "%s %s is not smaller".formatted(solution.method(), solution.operatingPoint())
                  : "%s %s: %s".formatted(solution.method(), solution.status(), solution.reason()));
        }
      }
      return "lossless: " + (reasons.isEmpty() ? "the only method" : String.join("; ", reasons));
    }
  }

  /** What the bound is counted against. */
  record Totals(
      long originalBytes, long weights, long fixedBytes, double fixedError, double fixedNorm) {}

  /**
   * @param totals by scope: one entry for the run, or one a model
   * @param scopeOf the scope that a unit's bytes count in
   * @return the choice of each item, in order
   * @throws UnreachableTargetException if a target cannot be met; says what can
   */
  List<Choice> choose(List<Item> items, Map<String, Totals> totals, List<String> scopeOf) {
    if (!hasTarget()) {
      return new EfficientChoice(
              sharedBytes, this::needed, settings.get(Keys.SECOND_ORDER_MAX_DIVERGENCE))
          .choose(items);
    }
    Map<String, List<Integer>> scopes = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      scopes.computeIfAbsent(scopeOf.get(i), scope -> new ArrayList<>()).add(i);
    }
    Choice[] choices = new Choice[items.size()];
    scopes.forEach(
        (scope, indices) -> {
          List<Item> members = indices.stream().map(items::get).toList();
          List<Choice> chosen = underTarget(scope, members, totals.get(scope));
          for (int k = 0; k < indices.size(); k++) {
            choices[indices.get(k)] = chosen.get(k);
          }
        });
    return List.of(choices);
  }

  boolean hasTarget() {
    return hasTarget(settings);
  }

  private static boolean hasTarget(Settings settings) {
    return settings.get(Keys.TARGET_RATIO).isPresent()
        || settings.get(Keys.TARGET_BITS).isPresent()
        || settings.get(Keys.TARGET_BYTES).isPresent()
        || settings.get(Keys.TARGET_MAX_ERROR).isPresent();
  }

  /** Whether the target is one of bytes, ratio or bits. */
  boolean boundsBytes() {
    return hasTarget() && settings.get(Keys.TARGET_MAX_ERROR).isEmpty();
  }

  /** Whether there is a target, and each model has to meet it by itself. */
  static boolean boundsEachModel(Settings settings) {
    return hasTarget(settings) && settings.get(Keys.TARGET_SCOPE) == TargetScope.MODEL;
  }

  /** Whether the target holds for each model by itself. */
  boolean perModel() {
    return settings.get(Keys.TARGET_SCOPE) == TargetScope.MODEL;
  }

  /** Shared objects that a candidate needs and that are not in every plan. */
  private List<SharedId> needed(Solution solution) {
    return solution.shared().stream().filter(id -> !given.contains(id)).toList();
  }

  private List<Choice> underTarget(String scope, List<Item> items, Totals totals) {
    List<List<Sharing>> units = new ArrayList<>();
    for (Item item : items) {
      List<Sharing> options = new ArrayList<>();
      for (Solution rival : item.kept() ? item.rivals().subList(0, 1) : item.rivals()) {
        options.add(
            new Sharing(
                new BudgetSolver.Option(rival.length(), damage.of(item, rival)), needed(rival)));
      }
      units.add(options);
    }
    Optional<Double> maxError = settings.get(Keys.TARGET_MAX_ERROR);
    String target = targetText();
    SharedBudget solver =
        new SharedBudget(
            sharedCosts(units),
            maxError.isPresent()
                ? (options, taken) -> BudgetSolver.leastBytes(options, maxErrorBound(items, totals))
                : (options, taken) ->
                    BudgetSolver.leastError(options, budget(totals) - totals.fixedBytes() - taken),
            maxError.isPresent());
    int[] chosen;
    try {
      chosen = solver.solve(units);
    } catch (BudgetSolver.Infeasible e) {
      throw new UnreachableTargetException(scope, cannot(scope, totals, e), e);
    }
    chosen = orOneMethodAlone(items, units, chosen, solver);
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < chosen.length; i++) {
      Item item = items.get(i);
      Solution solution = item.rivals().get(chosen[i]);
      String why;
      if (item.settled() != null) {
        why = item.settled().why();
      } else if (item.kept()) {
        why = KEPT + item.plan().keepReason();
      } else if (item.rivals().size() == 1) {
        why = item.whyLossless();
      } else {
        why =
            "%s: one of %d candidates on the way of least total %s"
                .formatted(
                    target, item.rivals().size(), maxError.isPresent() ? "bytes" : damage.noun());
      }
      choices.add(new Choice(solution, why));
    }
    return choices;
  }

  private Map<SharedId, Long> sharedCosts(List<List<Sharing>> units) {
    Map<SharedId, Long> costs = new TreeMap<>();
    units.forEach(
        options ->
            options.forEach(
                option ->
                    option
                        .shared()
                        .forEach(id -> costs.computeIfAbsent(id, sharedBytes::applyAsLong))));
    return costs;
  }

  private double maxErrorBound(List<Item> items, Totals totals) {
    double norm = totals.fixedNorm();
    for (Item item : items) {
      norm += item.kept() ? 0 : item.rivals().get(0).squaredNorm();
    }
    return settings.get(Keys.TARGET_MAX_ERROR).orElseThrow() * norm - totals.fixedError();
  }

  /**
   * Walking hulls ends up to one step short of the bound, so one method alone can be luckier than
   * all together: then its plan is taken.
   */
  private static int[] orOneMethodAlone(
      List<Item> items, List<List<Sharing>> units, int[] together, SharedBudget solver) {
    Set<String> methods = new TreeSet<>();
    items.forEach(item -> item.rivals().stream().skip(1).forEach(r -> methods.add(r.method())));
    int[] best = together;
    for (String method : methods) {
      List<List<Integer>> positions = new ArrayList<>();
      List<List<Sharing>> restricted = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        List<Integer> allowed = new ArrayList<>();
        for (int k = 0; k < units.get(i).size(); k++) {
          if (k == 0 || items.get(i).rivals().get(k).method().equals(method)) {
            allowed.add(k);
          }
        }
        positions.add(allowed);
        restricted.add(allowed.stream().map(units.get(i)::get).toList());
      }
      try {
        int[] alone = solver.solve(restricted);
        for (int i = 0; i < alone.length; i++) {
          alone[i] = positions.get(i).get(alone[i]);
        }
        best = solver.objective(units, alone) < solver.objective(units, best) ? alone : best;
      } catch (BudgetSolver.Infeasible e) {
        LOG.debug("{} alone cannot meet the bound", method);
      }
    }
    return best;
  }

  /** Bytes that may be stored, whatever they are for; not with {@code target.max-error}. */
  long budget(Totals totals) {
    Optional<Double> ratio = settings.get(Keys.TARGET_RATIO);
    Optional<Double> bits = settings.get(Keys.TARGET_BITS);
    if (ratio.isPresent()) {
      return (long) Math.floor(totals.originalBytes() / ratio.get());
    }
    if (bits.isPresent()) {
      return (long) Math.floor(totals.weights() * bits.get() / 8);
    }
    return settings.get(Keys.TARGET_BYTES).orElseThrow();
  }

  private String targetText() {
    if (settings.get(Keys.TARGET_RATIO).isPresent()) {
      return "target.ratio=" + settings.get(Keys.TARGET_RATIO).get();
    }
    if (settings.get(Keys.TARGET_BITS).isPresent()) {
      return "target.bits=" + settings.get(Keys.TARGET_BITS).get();
    }
    if (settings.get(Keys.TARGET_MAX_ERROR).isPresent()) {
      return "target.max-error=" + settings.get(Keys.TARGET_MAX_ERROR).get();
    }
    return "target.bytes=" + settings.get(Keys.TARGET_BYTES).orElseThrow();
  }

  private String cannot(String scope, Totals totals, BudgetSolver.Infeasible e) {
    String what = perModel() ? "model " + scope : "the run";
    if (settings.get(Keys.TARGET_MAX_ERROR).isPresent()) {
      return "Cannot meet %s for %s: what earlier runs stored and this one reuses is above it. Use another archive, or a larger error."
          .formatted(targetText(), what);
    }
    double least = e.best() + totals.fixedBytes();
    return ("Cannot meet %s for %s: with these methods and operating points the least is %.0f bytes "
            + "(ratio %.2f, %.3f bits a weight), %d of them for headers and tensors that are reused. "
            + "Ask for at most that, or add operating points with fewer bits (for instance --set scalar.bits=4,3,2,1).")
        .formatted(
            targetText(),
            what,
            least,
            totals.originalBytes() / least,
            8 * least / Math.max(1, totals.weights()),
            totals.fixedBytes());
  }
}
