package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Digests;
import org.zoopress.archive.Row;
import org.zoopress.config.Keys;
import org.zoopress.delta.Relatives;
import org.zoopress.delta.TensorSketch;
import org.zoopress.error.UserInputException;
import org.zoopress.io.BaseRef;
import org.zoopress.io.DeltaPlan;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedId;

/**
 * The second wave of solving: finds relatives, settles what their bases are stored as, solves the
 * differences to what these are restored to, and makes the plan with them, or the plan without if
 * that is better.
 *
 * <p>Bases are tensors of this run, and those stored ones that the run refers to anyway: a base
 * that only a difference needs would cost its own bytes, and would tie a zoo to models that left
 * it. A base of this run is chosen as if its relatives' bytes were its own: at relative error e a
 * relative at distance δ needs about ½ log₂(1 + δ/e) bits a weight, so many copies make a finer
 * base worth its bytes.
 */
final class DeltaWave {
  /** What a payload needs besides the weights of a difference, about. */
  private static final int DELTA_HEADER_BYTES = 12;

  private final RunContext run;
  private final String runId;
  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final Map<String, UnitPlan> units = new HashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final List<Relatives.Tensor> tensors = new ArrayList<>();

  DeltaWave(RunContext run, String runId, RunResult result, UnitPlanner.Plan plan) {
    this.run = run;
    this.runId = runId;
    this.result = result;
    this.plan = plan;
    plan.units().forEach(unit -> units.put(unit.fingerprint(), unit));
  }

  /**
   * A tensor that can be a base.
   *
   * @param stored its parts if an archive has them; empty if this run solved it
   */
  private record Place(String model, String tensor, List<StoredPart> stored) {}

  /** A unit and the base of its difference. */
  private record Pair(UnitPlan unit, Deltas.Base base, StoredPart storedBase, double distance) {}

  /**
   * Solves the differences and chooses a candidate for each unit.
   *
   * @param staged what an earlier attempt of this run has solved
   */
  PackPlan plan(ArchiveReader archive, Solutions staged) throws IOException {
    Deltas deltas = isEnabled() ? solve(archive, staged) : Deltas.NONE;
    run.progress().stage("planning", 0);
    PackPlan alone = new PackPlan(run, runId, result, plan, Deltas.NONE);
    if (deltas.isEmpty()) {
      alone.choose();
      return alone;
    }
    PackPlan together = new PackPlan(run, runId, result, plan, deltas);
    try {
      together.choose();
    } catch (UserInputException e) {
      alone.choose();
      return alone;
    }
    try {
      alone.choose();
    } catch (UserInputException e) {
      return together;
    }
    return together.cost() < alone.cost() ? together : alone;
  }

  private boolean isEnabled() {
    return !run.settings().get(Keys.DELTA_RELATIVES).equals("none")
        && !Planner.boundsEachModel(run.settings());
  }

  private Deltas solve(ArchiveReader archive, Solutions staged) throws IOException {
    collect();
    List<Pair> pairs = pairs(Relatives.find(tensors, run.settings().get(Keys.DELTA_MAX_DISTANCE)));
    if (pairs.isEmpty()) {
      return Deltas.NONE;
    }
    Map<String, Choice> settled = settle(pairs);
    if (settled == null) {
      return Deltas.NONE;
    }
    List<DeltaPlan> open = new ArrayList<>();
    Map<String, DeltaPlan> plans = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      BaseRef base = reference(pair, settled);
      String fingerprint =
          Digests.sha256(List.of("delta", pair.unit().fingerprint(), base.restoredKey()));
      DeltaPlan delta = new DeltaPlan(fingerprint, pair.unit(), base);
      plans.put(pair.unit().fingerprint(), delta);
      if (staged.whole(fingerprint).isEmpty()) {
        open.add(delta);
      }
    }
    DeltaStage.run(run, open, result.shared().offered(), archive.packs()).forEach(staged::add);
    Map<String, Deltas.Differences> differences = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      List<Solution> usable =
          staged.whole(plans.get(pair.unit().fingerprint()).fingerprint()).stream()
              .flatMap(unit -> unit.solutions().stream())
              .filter(solution -> solution.status().equals("ok"))
              .toList();
      if (!usable.isEmpty()) {
        differences.put(pair.unit().fingerprint(), new Deltas.Differences(pair.base(), usable));
      }
    }
    return new Deltas(differences, settled);
  }

  /** Tensors of the run, in its order, that can be bases or differences. */
  private void collect() {
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      for (Row row : model.tensors()) {
        byte[] sketch = row.binary("sketch");
        if (sketch != null) {
          TensorSketch.ofBytes(sketch)
              .ifPresent(
                  values ->
                      addStored(
                          row.string("tensor_key"),
                          kind(row.string("dtype"), row.string("shape")),
                          values,
                          new Place(
                              row.string("model"), row.string("tensor"), RunRows.parts(row))));
        }
      }
    }
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        List<PartitionReader.Keys> keys = result.partKeys().get(model.name());
        for (int t = 0; t < keys.size(); t++) {
          if (keys.get(t).sketch() != null
              && !result.isCovered(model.name(), t)
              && !places.containsKey(keys.get(t).tensor())) {
            add(model, t, keys.get(t));
          }
        }
      }
    }
  }

  private void add(ModelInput model, int position, PartitionReader.Keys keys) {
    var entry = model.header().tensors().get(position);
    String kind = kind(entry.dtype().name(), entry.shape().toString());
    List<UnitPlanner.Source> sources = plan.sources().get(keys.tensor());
    if (sources.stream().allMatch(source -> result.reused().containsKey(source.fingerprint()))) {
      List<StoredPart> parts =
          sources.stream().map(s -> result.reused().get(s.fingerprint()).get(s.member())).toList();
      addStored(keys.tensor(), kind, keys.sketch(), new Place(model.name(), entry.name(), parts));
    } else if (sources.stream().allMatch(source -> isSolved(source.fingerprint()))) {
      boolean kept = !units.get(sources.get(0).fingerprint()).keepReason().isEmpty();
      if (!mayDiffer(kept)) {
        return;
      }
      boolean shares =
          sources.stream().anyMatch(s -> units.get(s.fingerprint()).members().size() > 1);
      places.put(keys.tensor(), new Place(model.name(), entry.name(), List.of()));
      tensors.add(
          new Relatives.Tensor(keys.tensor(), kind + " kept " + kept, keys.sketch(), shares));
    }
  }

  private boolean isSolved(String fingerprint) {
    SolvedUnit solved = result.solved().get(fingerprint);
    return solved != null && !solved.failed();
  }

  private void addStored(String key, String kind, TensorSketch sketch, Place place) {
    boolean standsAlone =
        !place.stored().isEmpty()
            && place.stored().stream().allMatch(p -> p.base() == null && p.network() == null);
    if (standsAlone && !places.containsKey(key)) {
      boolean kept = place.stored().stream().allMatch(p -> p.why().startsWith(Planner.KEPT));
      if (mayDiffer(kept)) {
        places.put(key, place);
        tensors.add(new Relatives.Tensor(key, kind + " kept " + kept, sketch, true));
      }
    }
  }

  private static String kind(String dtype, String shape) {
    return dtype + " " + shape;
  }

  private List<Pair> pairs(Map<String, Relatives.Base> bases) {
    List<Pair> pairs = new ArrayList<>();
    bases.forEach(
        (key, base) -> {
          Place place = places.get(base.key());
          List<UnitPlanner.Source> own = plan.sources().get(key);
          for (int part = 0; part < own.size(); part++) {
            UnitPlan unit = units.get(own.get(part).fingerprint());
            if (place.stored().isEmpty()) {
              UnitPlanner.Source source = plan.sources().get(base.key()).get(part);
              Deltas.Base found =
                  new Deltas.Base(
                      source.fingerprint(), null, source.member(), place.model(), place.tensor());
              pairs.add(new Pair(unit, found, null, base.distance()));
            } else if (place.stored().size() == own.size()) {
              StoredPart stored = place.stored().get(part);
              Deltas.Base found =
                  new Deltas.Base(
                      null, stored.pointer(), stored.member(), place.model(), place.tensor());
              pairs.add(new Pair(unit, found, stored, base.distance()));
            }
          }
        });
    return pairs;
  }

  /**
   * Whether differences are tried: a lossy one may be as small as it is only because it leaves out
   * what tuning has changed, so it is the user's choice.
   */
  private boolean mayDiffer(boolean kept) {
    return kept
        || run.settings().get(Keys.DELTA_RELATIVES).equals("auto")
        || run.settings().get(Keys.METHODS).equals(List.of(MethodId.LOSSLESS));
  }

  private static BaseRef reference(Pair pair, Map<String, Choice> settled) {
    if (pair.storedBase() != null) {
      StoredPart stored = pair.storedBase();
      return BaseRef.stored(
          stored.partPointer().asMember(),
          stored.restoredKey(),
          stored.shared().stream().map(SharedId::ofHex).toList());
    }
    return BaseRef.solved(settled.get(pair.base().unit()).solution(), pair.base().member());
  }

  /** What the bases of this run are stored as; null if the target cannot be met even so. */
  private Map<String, Choice> settle(List<Pair> pairs) {
    Map<String, List<Pair>> families = new LinkedHashMap<>();
    Set<String> relatives = new HashSet<>();
    for (Pair pair : pairs) {
      relatives.add(pair.unit().fingerprint());
      if (pair.base().unit() != null) {
        families.computeIfAbsent(pair.base().unit(), unit -> new ArrayList<>()).add(pair);
      }
    }
    Map<String, SolvedUnit> whole = new HashMap<>();
    families.forEach(
        (unit, members) -> {
          SolvedUnit solved = result.solved().get(unit);
          List<Solution> solutions =
              solved.solutions().stream()
                  .map(
                      solution ->
                          solution.status().equals("ok") ? family(solution, members) : solution)
                  .toList();
          whole.put(unit, new SolvedUnit(unit, "", "", solutions));
        });
    Map<String, Choice> outline;
    try {
      outline = new PackPlan(run, runId, result, plan, Deltas.NONE).outline(whole, relatives);
    } catch (UserInputException e) {
      return null;
    }
    Map<String, Choice> settled = new LinkedHashMap<>();
    families.forEach(
        (unit, members) -> {
          Choice choice = outline.get(unit);
          int index = whole.get(unit).solutions().indexOf(choice.solution());
          settled.put(
              unit,
              new Choice(
                  result.solved().get(unit).solutions().get(index),
                  choice.why() + "; base of %d others".formatted(members.size())));
        });
    return settled;
  }

  /** A base's candidate with what its relatives would add at the same relative error. */
  private Solution family(Solution base, List<Pair> relatives) {
    double[] errors = base.squaredErrors().clone();
    double[] norms = base.squaredNorms().clone();
    double bytes = base.length();
    for (Pair pair : relatives) {
      int member = pair.base().member();
      UnitPlan.Member own = pair.unit().members().get(0);
      int width = own.tensor().entry().dtype().bytes();
      double norm = result.solved().get(pair.unit().fingerprint()).solutions().get(0).squaredNorm();
      double error = base.squaredErrors()[member] / Math.max(base.squaredNorms()[member], 1e-300);
      bytes += own.bytes() / width * bits(pair.distance(), error, width) / 8 + DELTA_HEADER_BYTES;
      errors[member] += error * norm;
      norms[member] += norm;
    }
    return base.withPrediction((int) Math.min(bytes, Integer.MAX_VALUE), errors, norms);
  }

  /** Bits a weight of a difference; of an exact one those of its numbers' last places. */
  private static double bits(double distance, double error, int width) {
    double resolution = StrictMath.pow(2, -2.0 * (Byte.SIZE * width - Byte.SIZE)) / 12;
    return 0.5 * Math.log1p(distance / Math.max(error, resolution)) / Math.log(2);
  }
}
