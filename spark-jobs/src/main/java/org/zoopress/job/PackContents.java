package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ModelBlob;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.config.Keys;
import org.zoopress.io.NetworkFigures;
import org.zoopress.io.PackWriter.Blob;
import org.zoopress.io.PackWriter.Pack;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.SharedId;

/**
 * Where the payloads of one choice lie, and the models' blobs that point to them.
 *
 * <p>Payloads come first, in the order of units, and then the blobs in the order of models: a blob
 * holds pointers, whose bytes depend on where its payloads lie. So each choice is laid out anew,
 * and a layout never changes.
 */
final class PackContents {
  private static final byte[] NOTHING = new byte[0];

  private final String runId;
  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final Deltas deltas;
  private final Map<String, Choice> choices;
  private final Map<String, PayloadPointer> units = new HashMap<>();
  private final Map<String, PayloadPointer> blobs = new LinkedHashMap<>();
  private final Map<String, double[]> shares = new HashMap<>();
  private final List<Pack> packs;

  /**
   * @param choices by fingerprint, for every unit that a model which did not fail needs and that no
   *     earlier run stored; must not change afterwards
   */
  PackContents(
      RunContext run,
      String runId,
      RunResult result,
      UnitPlanner.Plan plan,
      Deltas deltas,
      Map<String, Choice> choices) {
    this.runId = runId;
    this.result = result;
    this.plan = plan;
    this.deltas = deltas;
    this.choices = choices;
    PackLayout layout = new PackLayout(runId, run.settings().get(Keys.PAYLOAD_PACK_BYTES));
    addPayloads(layout, run.solved());
    addBlobs(layout);
    this.packs = layout.finish();
  }

  private void addPayloads(PackLayout layout, Path solved) {
    for (UnitPlan unit : plan.units()) {
      Choice choice = choices.get(unit.fingerprint());
      if (choice != null) {
        Solution solution = choice.solution();
        String file = new Path(solved, solution.file()).toString();
        Blob payload = new Blob(NOTHING, file, solution.offset(), solution.length(), NOTHING);
        units.put(unit.fingerprint(), layout.add(payload));
      }
    }
  }

  private void addBlobs(PackLayout layout) {
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        List<List<PartPointer>> pointers = pointers(model);
        byte[] prefix = ModelBlob.prefix(model.skeletonBytes());
        byte[] suffix = ModelBlob.suffix(runId, pointers);
        blobs.put(
            model.name(),
            layout.add(new Blob(prefix, model.skeletonFile(), 0, model.skeletonBytes(), suffix)));
      }
    }
  }

  private List<List<PartPointer>> pointers(ModelInput model) {
    List<List<PartPointer>> tensors = new ArrayList<>();
    for (String key : result.sources(model.name())) {
      tensors.add(parts(key).stream().map(StoredPart::partPointer).toList());
    }
    return tensors;
  }

  /** Packs in order. */
  List<Pack> packs() {
    return packs;
  }

  /** Where a model's blob lies. */
  PayloadPointer blob(String model) {
    return blobs.get(model);
  }

  /** Bytes of the blobs of all models. */
  long blobBytes() {
    return blobs.values().stream().mapToLong(PayloadPointer::length).sum();
  }

  /** The chosen candidate of a unit that this run solved; null of another one. */
  Choice choice(String fingerprint) {
    return choices.get(fingerprint);
  }

  /** The shared objects that the chosen candidates refer to, in order. */
  Set<SharedId> shared() {
    Set<SharedId> shared = new TreeSet<>();
    choices.values().forEach(choice -> shared.addAll(choice.solution().shared()));
    return shared;
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
    Solution solution = choice.solution();
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
        base(deltas.base(source.fingerprint(), solution)),
        network(source, solution));
  }

  private StoredPart.Network network(UnitPlanner.Source source, Solution solution) {
    NetworkFigures figures = solution.figures();
    if (figures == null) {
      return null;
    }
    double[] bytes =
        shares.computeIfAbsent(
            source.fingerprint(),
            unit -> figures.shares(solution.length(), plan.memberBytes(unit)));
    return new StoredPart.Network(
        figures.divergence(),
        figures.agreement(),
        figures.normalization().isEmpty() ? null : figures.normalization(),
        figures.probes().isEmpty() ? null : figures.probes(),
        figures.seconds(),
        bytes[source.member()],
        figures.weights()[source.member()],
        figures.layers()[source.member()]);
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
}
