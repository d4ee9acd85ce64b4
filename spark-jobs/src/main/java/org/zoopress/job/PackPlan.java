package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.SharedId;

/**
 * Chooses a candidate for each unit, such that what is stored then meets the target.
 *
 * <p>{@link Planner} chooses among candidates, given the bytes that are stored besides; {@link
 * PackContents} lays a choice out; {@link StoredBytes} counts. Here they are brought to agree,
 * since what is stored besides depends on the choice, too.
 */
final class PackPlan {
  /** Error class of a model that cannot meet the target set for each model. */
  static final String UNREACHABLE = "UnreachableTarget";

  private static final int MAX_PASSES = 64;

  private final RunContext run;
  private final String runId;
  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final Deltas deltas;
  private List<Planner.Item> items = List.of();
  private Map<String, Planner.Totals> totals = Map.of();
  private StoredBytes bytes;
  private PackContents contents;

  PackPlan(RunContext run, String runId, RunResult result, UnitPlanner.Plan plan, Deltas deltas) {
    this.run = run;
    this.runId = runId;
    this.result = result;
    this.plan = plan;
    this.deltas = deltas;
  }

  /** The differences that units may be stored as. */
  Deltas deltas() {
    return deltas;
  }

  /** What {@link #choose} decided, laid out. */
  PackContents contents() {
    return contents;
  }

  /** The shared objects that the payloads of this run's models refer to, in order. */
  Set<SharedId> shared() {
    return bytes.shared(contents);
  }

  /** Bytes of the shared objects that this run is the first to store. */
  long newSharedBytes() {
    return bytes.newSharedBytes(contents);
  }

  /**
   * Bytes of payloads, blobs and shared objects that earlier runs stored and this run refers to,
   * each counted once.
   */
  long reusedBytes() {
    return bytes.reusedBytes(contents);
  }

  /**
   * Decides. Where the target is one for each model, a model that cannot meet it is failed and the
   * others go on.
   *
   * @throws UnreachableTargetException if the run, or every model of it, cannot meet the target
   */
  void choose() {
    while (true) {
      try {
        settle();
        return;
      } catch (UnreachableTargetException e) {
        fail(e);
      }
    }
  }

  private void fail(UnreachableTargetException unreachable) {
    boolean others =
        !result.unchanged().isEmpty()
            || result.models().stream()
                .anyMatch(m -> !m.failed() && !m.name().equals(unreachable.scope()));
    if (unreachable.scope().isEmpty() || !others) {
      throw unreachable;
    }
    run.progress()
        .message("left out %s: %s".formatted(unreachable.scope(), unreachable.getMessage()));
    result
        .models()
        .replaceAll(
            model ->
                model.name().equals(unreachable.scope())
                    ? model.asFailed(UNREACHABLE, unreachable.getMessage())
                    : model);
  }

  /**
   * The bytes of pointers depend a little on the choice, so a budget is met by deciding again with
   * what the last layout needed; a few passes are enough.
   */
  private void settle() {
    bytes = new StoredBytes(result, plan, deltas);
    items = items(Map.of(), Set.of());
    Planner planner = planner(items);
    List<String> scopes = scopes(planner, items);
    Map<String, Long> fixed = new HashMap<>();
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      totals = bytes.totals(fixed);
      Map<String, Choice> choices = byFingerprint(items, planner.choose(items, totals, scopes));
      choices.replaceAll(this::named);
      contents = new PackContents(run, runId, result, plan, deltas, choices);
      Map<String, Long> found = bytes.fixedBytes(contents, planner.perModel());
      boolean enough =
          found.entrySet().stream()
              .allMatch(e -> e.getValue() <= fixed.getOrDefault(e.getKey(), 0L));
      found.forEach((scope, needed) -> fixed.merge(scope, needed, Math::max));
      if (enough || !planner.hasTarget()) {
        return;
      }
    }
    throw new IllegalStateException("the plan did not settle in " + MAX_PASSES + " passes");
  }

  private static Map<String, Choice> byFingerprint(List<Planner.Item> items, List<Choice> chosen) {
    Map<String, Choice> choices = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      choices.put(items.get(i).plan().fingerprint(), chosen.get(i));
    }
    return choices;
  }

  private Choice named(String fingerprint, Choice choice) {
    Deltas.Base base = deltas.base(fingerprint, choice.solution());
    return base == null
        ? choice
        : new Choice(
            choice.solution(),
            "%s; delta to %s %s".formatted(choice.why(), base.model(), base.tensor()));
  }

  /** The units that this run decides on, but for those left out. */
  private List<Planner.Item> items(Map<String, SolvedUnit> instead, Set<String> leftOut) {
    List<Planner.Item> found = new ArrayList<>();
    for (UnitPlan unit : plan.units()) {
      String fingerprint = unit.fingerprint();
      SolvedUnit solved = result.solved().get(fingerprint);
      if (solved != null && bytes.owner(fingerprint) != null && !leftOut.contains(fingerprint)) {
        found.add(
            new Planner.Item(
                unit,
                instead.getOrDefault(fingerprint, solved),
                weights(unit),
                deltas.solutions(fingerprint),
                deltas.settled().get(fingerprint)));
      }
    }
    return found;
  }

  private static long weights(UnitPlan unit) {
    return unit.members().stream()
        .mapToLong(m -> m.bytes() / m.tensor().entry().dtype().bytes())
        .sum();
  }

  private List<String> scopes(Planner planner, List<Planner.Item> decided) {
    return decided.stream()
        .map(item -> planner.perModel() ? bytes.owner(item.plan().fingerprint()) : "")
        .toList();
  }

  private Planner planner(List<Planner.Item> decided) {
    // Where each model has a target of its own, every object that it needs is its own to pay.
    Set<SharedId> there =
        Planner.boundsEachModel(run.settings()) ? Set.of() : bytes.settledShared();
    return new Planner(
        run.settings(), result.shared()::bytes, there, Damage.among(decided, bytes::owner));
  }

  /**
   * A first choice, in which some units stand for their relatives too.
   *
   * @param families candidates that count for a unit and its relatives, by fingerprint
   * @param relatives units that are left out
   * @return choices by fingerprint
   * @throws org.zoopress.error.UserInputException if a target cannot be met even so
   */
  Map<String, Choice> outline(Map<String, SolvedUnit> families, Set<String> relatives) {
    bytes = new StoredBytes(result, plan, deltas);
    List<Planner.Item> outlined = items(families, relatives);
    Planner planner = planner(outlined);
    Map<String, Planner.Totals> expected = bytes.totals(Map.of("", bytes.expectedFixedBytes()));
    return byFingerprint(outlined, planner.choose(outlined, expected, scopes(planner, outlined)));
  }

  /**
   * What the choice is to be judged by against another one for the same units: total damage under a
   * bound on bytes, bytes under a bound on error, and without a target the bits above what an ideal
   * code would need at the same errors.
   */
  double cost() {
    Planner planner = planner(items);
    if (planner.boundsBytes()) {
      double total = 0;
      Damage damage = Damage.among(items, bytes::owner);
      for (Planner.Item item : items) {
        total += damage.of(item, contents.choice(item.plan().fingerprint()).solution());
      }
      return total;
    }
    if (planner.hasTarget()) {
      return newSharedBytes() + StoredBytes.fileBytes(contents.packs());
    }
    double bits = 8.0 * (newSharedBytes() + contents.blobBytes());
    for (Planner.Item item : items) {
      Solution solution = contents.choice(item.plan().fingerprint()).solution();
      bits +=
          item.isNetwork()
              ? 8.0 * solution.length()
              : item.weights() * EfficientChoice.inefficiency(solution, item.weights());
    }
    return bits;
  }

  /**
   * Holds the files that were written against the bound, before anybody sees them.
   *
   * @throws IllegalStateException if they are larger than planned
   */
  void checkBudget(long storedBytes) {
    Planner planner = planner(items);
    if (planner.boundsBytes() && !planner.perModel()) {
      long budget = planner.budget(totals.get(""));
      long needed = storedBytes + reusedBytes();
      if (needed > budget) {
        throw new IllegalStateException(
            "%d bytes were written, the target allows %d".formatted(needed, budget));
      }
    }
  }
}
