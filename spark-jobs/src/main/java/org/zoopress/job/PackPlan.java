package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.ModelBlob;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.config.Keys;
import org.zoopress.io.PackWriter.Blob;
import org.zoopress.io.PackWriter.Pack;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.SharedId;

/**
 * Chooses candidates under the budget and lays the chosen payloads and the models' blobs out in
 * packs.
 */
final class PackPlan {
  /** Error class of a model that cannot meet the target set for each model. */
  static final String UNREACHABLE = "UnreachableTarget";

  /**
   * What a pack's file needs besides the blobs, at most: Parquet's headers and footer. Held by a
   * test.
   */
  private static final int FILE_OVERHEAD_BYTES = 1280;

  /** Parquet repeats values that are shorter than this as the column's minimum and maximum. */
  private static final int REPEATED_BELOW_BYTES = 2100;

  /** What a part of a tensor takes in a model's blob, about, with the pointer to a base. */
  private static final int POINTER_BYTES = 18;

  private static final int MAX_PASSES = 64;

  private final RunContext run;
  private final String runId;
  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final Map<String, String> owner = new HashMap<>();
  private final Deltas deltas;
  private List<Planner.Item> items = List.of();
  private final Map<String, Choice> choices = new HashMap<>();
  private final Map<String, PayloadPointer> units = new HashMap<>();
  private final Map<String, PayloadPointer> blobs = new LinkedHashMap<>();
  private List<Pack> packs = List.of();
  private Map<String, Planner.Totals> settled = Map.of();

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

  /** The chosen candidate of a unit that this run solved. */
  Choice choice(String fingerprint) {
    return choices.get(fingerprint);
  }

  /** Where a model's blob lies. */
  PayloadPointer blob(String model) {
    return blobs.get(model);
  }

  /** Packs in order. */
  List<Pack> packs() {
    return packs;
  }

  /** The stored parts of a tensor, in the order of its rows. */
  List<StoredPart> parts(String tensorKey) {
    List<StoredPart> parts = new ArrayList<>();
    for (UnitPlanner.Source source : plan.sources().get(tensorKey)) {
      List<StoredPart> reused = result.reused().get(source.fingerprint());
      parts.add(reused != null ? reused.get(source.member()) : part(source));
    }
    return parts;
  }

  /** Whether this run solved any part of the tensor. */
  boolean solvedHere(String tensorKey) {
    return plan.sources().get(tensorKey).stream()
        .anyMatch(source -> !result.reused().containsKey(source.fingerprint()));
  }

  private StoredPart part(UnitPlanner.Source source) {
    Choice choice = choices.get(source.fingerprint());
    PayloadPointer pointer = units.get(source.fingerprint());
    SolvedUnit.Solution solution = choice.solution();
    return new StoredPart(
        source.fingerprint(),
        source.member(),
        pointer.runId(),
        pointer.pack(),
        pointer.offset(),
        pointer.length(),
        solution.method(),
        solution.operatingPoint(),
        choice.why(),
        solution.squaredErrors()[source.member()],
        solution.squaredNorms()[source.member()],
        solution.restoredKeys()[source.member()],
        solution.shared().stream().map(SharedId::toString).toList(),
        solution.paperBytes(),
        solution.seconds(),
        base(deltas.base(source.fingerprint(), solution)));
  }

  private StoredPart.Base base(Deltas.Base base) {
    if (base == null) {
      return null;
    }
    PayloadPointer pointer = base.stored() != null ? base.stored() : units.get(base.unit());
    return new StoredPart.Base(
        pointer.runId(),
        pointer.pack(),
        pointer.offset(),
        pointer.length(),
        base.member(),
        base.model(),
        base.tensor());
  }

  private Choice named(String fingerprint, Choice choice) {
    Deltas.Base base = deltas.base(fingerprint, choice.solution());
    return base == null
        ? choice
        : new Choice(
            choice.solution(),
            "%s; delta to %s %s".formatted(choice.why(), base.model(), base.tensor()));
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
    Planner planner = planner();
    owners();
    items = items(Map.of(), Set.of());
    List<String> scopes = scopes(planner, items);
    Map<String, Long> overhead = new HashMap<>();
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      Map<String, Planner.Totals> totals = totals(overhead);
      List<Choice> chosen = planner.choose(items, totals, scopes);
      choices.clear();
      for (int i = 0; i < items.size(); i++) {
        String fingerprint = items.get(i).plan().fingerprint();
        choices.put(fingerprint, named(fingerprint, chosen.get(i)));
      }
      layOut();
      Map<String, Long> found = overhead(planner);
      boolean enough =
          found.entrySet().stream()
              .allMatch(e -> e.getValue() <= overhead.getOrDefault(e.getKey(), 0L));
      found.forEach((scope, bytes) -> overhead.merge(scope, bytes, Math::max));
      if (enough || !planner.hasTarget()) {
        settled = totals;
        return;
      }
    }
    throw new IllegalStateException("the plan did not settle in " + MAX_PASSES + " passes");
  }

  /** The units that this run decides on, but for those left out. */
  private List<Planner.Item> items(Map<String, SolvedUnit> instead, Set<String> leftOut) {
    List<Planner.Item> found = new ArrayList<>();
    for (UnitPlan unit : plan.units()) {
      String fingerprint = unit.fingerprint();
      SolvedUnit solved = result.solved().get(fingerprint);
      if (solved != null && owner.containsKey(fingerprint) && !leftOut.contains(fingerprint)) {
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
        .map(item -> planner.perModel() ? owner.get(item.plan().fingerprint()) : "")
        .toList();
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
    Planner planner = planner();
    owners();
    List<Planner.Item> outlined = items(families, relatives);
    long bytes = fixedReusedBytes() + FILE_OVERHEAD_BYTES;
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        int parts =
            result.partKeys().get(model.name()).stream().mapToInt(k -> k.parts().size()).sum();
        bytes += model.skeletonBytes() + (long) POINTER_BYTES * parts;
      }
    }
    List<Choice> chosen =
        planner.choose(outlined, totals(Map.of("", bytes)), scopes(planner, outlined));
    Map<String, Choice> outline = new HashMap<>();
    for (int i = 0; i < outlined.size(); i++) {
      outline.put(outlined.get(i).plan().fingerprint(), chosen.get(i));
    }
    return outline;
  }

  /**
   * What the choice is to be judged by against another one for the same units: total error under a
   * bound on bytes, bytes under a bound on error, and without a target the bits above what an ideal
   * code would need at the same errors.
   */
  double cost() {
    Planner planner = planner();
    if (planner.boundsBytes()) {
      return choices.values().stream().mapToDouble(c -> c.solution().squaredError()).sum();
    }
    long bytes = newSharedBytes();
    if (planner.hasTarget()) {
      return bytes + packs.stream().mapToLong(p -> p.bytes() + fileOverhead(p.bytes())).sum();
    }
    bytes += blobs.values().stream().mapToLong(PayloadPointer::length).sum();
    double bits = 8.0 * bytes;
    for (Planner.Item item : items) {
      Solution solution = choices.get(item.plan().fingerprint()).solution();
      bits += item.weights() * Planner.inefficiency(solution, item.weights());
    }
    return bits;
  }

  /**
   * Holds the files that were written against the bound, before anybody sees them.
   *
   * @throws IllegalStateException if they are larger than planned
   */
  void checkBudget(long storedBytes) {
    Planner planner = planner();
    if (planner.boundsBytes() && !planner.perModel()) {
      long budget = planner.budget(settled.get(""));
      long needed = storedBytes + reusedBytes();
      if (needed > budget) {
        throw new IllegalStateException(
            "%d bytes were written, the target allows %d".formatted(needed, budget));
      }
    }
  }

  private Planner planner() {
    // Where each model has a target of its own, every object that it needs is its own to pay.
    Set<SharedId> there = Planner.boundsEachModel(run.settings()) ? Set.of() : settledShared();
    return new Planner(run.settings(), result.shared()::bytes, there);
  }

  /** The shared objects that the payloads of this run's models refer to, in order. */
  Set<SharedId> shared() {
    Set<SharedId> shared = settledShared();
    choices.values().forEach(choice -> shared.addAll(choice.solution().shared()));
    return shared;
  }

  /** Those that are needed whatever is chosen: by what is reused, and by settled bases. */
  private Set<SharedId> settledShared() {
    Set<SharedId> shared = deltas.shared();
    reusedParts().forEach(part -> part.shared().forEach(id -> shared.add(SharedId.ofHex(id))));
    return shared;
  }

  /** Bytes of the shared objects that this run is the first to store. */
  long newSharedBytes() {
    return shared().stream()
        .filter(id -> !result.shared().isStored(id))
        .mapToLong(result.shared()::bytes)
        .sum();
  }

  /** Bytes of a unit count for the first model that holds it and did not fail. */
  private void owners() {
    owner.clear();
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        for (String key : result.keys(model.name())) {
          plan.sources()
              .get(key)
              .forEach(source -> owner.putIfAbsent(source.fingerprint(), model.name()));
        }
      }
    }
  }

  private void layOut() {
    PackLayout layout = new PackLayout(runId, run.settings().get(Keys.PAYLOAD_PACK_BYTES));
    units.clear();
    for (Planner.Item item : items) {
      SolvedUnit.Solution solution = choices.get(item.plan().fingerprint()).solution();
      String file = new Path(run.solved(), solution.file()).toString();
      units.put(
          item.plan().fingerprint(),
          layout.add(
              new Blob(new byte[0], file, solution.offset(), solution.length(), new byte[0])));
    }
    blobs.clear();
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        List<List<PartPointer>> pointers = pointers(model);
        byte[] prefix = ModelBlob.prefix(model.skeletonBytes(), pointers);
        byte[] suffix = ModelBlob.suffix(runId, pointers);
        blobs.put(
            model.name(),
            layout.add(new Blob(prefix, model.skeletonFile(), 0, model.skeletonBytes(), suffix)));
      }
    }
    packs = layout.finish();
  }

  private List<List<PartPointer>> pointers(ModelInput model) {
    List<List<PartPointer>> tensors = new ArrayList<>();
    for (String key : result.keys(model.name())) {
      tensors.add(parts(key).stream().map(StoredPart::partPointer).toList());
    }
    return tensors;
  }

  static long fileOverhead(long packBytes) {
    return FILE_OVERHEAD_BYTES + (packBytes < REPEATED_BELOW_BYTES ? 4 * packBytes : 0);
  }

  /**
   * Bytes that are stored whatever is chosen: blobs of models, file overhead, and what earlier runs
   * stored.
   */
  private Map<String, Long> overhead(Planner planner) {
    Map<String, Long> overhead = new HashMap<>();
    if (!planner.perModel()) {
      long bytes =
          packs.stream().mapToLong(pack -> fileOverhead(pack.bytes())).sum() + fixedReusedBytes();
      for (PayloadPointer blob : blobs.values()) {
        bytes += blob.length();
      }
      overhead.put("", bytes);
      return overhead;
    }
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        overhead.put(
            model.name(),
            blobs.get(model.name()).length() + FILE_OVERHEAD_BYTES + othersBytes(model.name()));
      }
    }
    return overhead;
  }

  /** Parts that earlier runs stored. */
  private List<StoredPart> reusedParts() {
    List<StoredPart> parts = new ArrayList<>();
    result.reused().values().forEach(parts::addAll);
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      model.tensors().forEach(tensor -> parts.addAll(RunRows.parts(tensor)));
    }
    return parts;
  }

  /**
   * Bytes of payloads, blobs and shared objects that earlier runs stored and this run refers to,
   * each counted once.
   */
  long reusedBytes() {
    return reusedPayloadBytes()
        + shared().stream()
            .filter(result.shared()::isStored)
            .mapToLong(result.shared()::bytes)
            .sum();
  }

  /** The same without what depends on the choice. */
  private long fixedReusedBytes() {
    return reusedPayloadBytes() + settledShared().stream().mapToLong(result.shared()::bytes).sum();
  }

  private long reusedPayloadBytes() {
    Set<PayloadPointer> pointers = new HashSet<>();
    reusedParts().forEach(part -> pointers.addAll(part.payloads()));
    result.unchanged().forEach(model -> pointers.add(CompressedModel.blobPointer(model.model())));
    return pointers.stream().mapToLong(PayloadPointer::length).sum();
  }

  /** Bytes of payloads that a model refers to and that another model or run decides on. */
  private long othersBytes(String model) {
    List<StoredPart> others =
        parts(model, false).stream().filter(part -> !ownedBy(part, model)).toList();
    return others.stream()
            .flatMap(part -> part.payloads().stream())
            .distinct()
            .mapToLong(PayloadPointer::length)
            .sum()
        + others.stream()
            .flatMap(part -> part.shared().stream())
            .distinct()
            .mapToLong(id -> result.shared().bytes(SharedId.ofHex(id)))
            .sum();
  }

  private List<StoredPart> parts(String model, boolean reusedOnly) {
    List<StoredPart> parts = new ArrayList<>();
    for (String key : result.keys(model)) {
      for (UnitPlanner.Source source : plan.sources().get(key)) {
        List<StoredPart> reused = result.reused().get(source.fingerprint());
        if (reused != null) {
          parts.add(reused.get(source.member()));
        } else if (!reusedOnly) {
          parts.add(part(source));
        }
      }
    }
    return parts;
  }

  private boolean ownedBy(StoredPart part, String model) {
    return !result.reused().containsKey(part.fingerprint())
        && model.equals(owner.get(part.fingerprint()));
  }

  private Map<String, Planner.Totals> totals(Map<String, Long> overhead) {
    Map<String, Planner.Totals> totals = new HashMap<>();
    RunTotals all = RunTotals.of(result);
    Set<StoredPart> reused = new HashSet<>();
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        Set<StoredPart> own = new HashSet<>(parts(model.name(), true));
        totals.put(
            model.name(),
            totals(
                model.header().bytes(),
                RunTotals.weights(model.header()),
                overhead.getOrDefault(model.name(), 0L),
                own));
        reused.addAll(own);
      }
    }
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      model.tensors().forEach(tensor -> reused.addAll(RunRows.parts(tensor)));
    }
    totals.put(
        "", totals(all.originalBytes(), all.weights(), overhead.getOrDefault("", 0L), reused));
    return totals;
  }

  private static Planner.Totals totals(
      long originalBytes, long weights, long fixedBytes, Set<StoredPart> reused) {
    double error = 0;
    double norm = 0;
    for (StoredPart part : reused) {
      if (!part.why().startsWith(Planner.KEPT)) {
        error += part.squaredError();
        norm += part.squaredNorm();
      }
    }
    return new Planner.Totals(originalBytes, weights, fixedBytes, error, norm);
  }
}
