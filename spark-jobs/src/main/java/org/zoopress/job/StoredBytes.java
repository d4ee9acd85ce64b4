package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.zoopress.archive.CompressedModel;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.io.PackWriter.Pack;
import org.zoopress.method.SharedId;

/**
 * Counts the bytes that a run stores, and those of earlier runs that it refers to.
 *
 * <p>A target holds for stored bytes, so everything that a restore needs has to be counted, and
 * once only: payloads, blobs, the packs' own overhead, shared objects, and what is reused. Bytes
 * that no choice can change are kept apart from those of candidates: the planner has to know them
 * before it chooses.
 */
final class StoredBytes {
  /**
   * What a pack's file needs besides the blobs, at most: Parquet's headers and footer. Held by a
   * test.
   */
  static final int FILE_OVERHEAD_BYTES = 352;

  /** What a part of a tensor takes in a model's blob, about. */
  private static final int POINTER_BYTES = 6;

  private final RunResult result;
  private final UnitPlanner.Plan plan;
  private final Map<String, String> owners = new HashMap<>();
  private final Set<SharedId> settledShared;
  private final long reusedPayloadBytes;

  /**
   * @param result with the models that have failed so far; a later failure needs a new count
   */
  StoredBytes(RunResult result, UnitPlanner.Plan plan, Deltas deltas) {
    this.result = result;
    this.plan = plan;
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        sources(model).forEach(source -> owners.putIfAbsent(source.fingerprint(), model.name()));
      }
    }
    this.settledShared = deltas.shared();
    Set<PayloadPointer> reused = new HashSet<>();
    for (StoredPart part : reusedParts()) {
      part.shared().forEach(id -> settledShared.add(SharedId.ofHex(id)));
      reused.addAll(part.payloads());
    }
    result.unchanged().forEach(model -> reused.add(CompressedModel.blobPointer(model.model())));
    this.reusedPayloadBytes = reused.stream().mapToLong(PayloadPointer::length).sum();
  }

  private List<UnitPlanner.Source> sources(ModelInput model) {
    return result.sources(model.name()).stream()
        .flatMap(key -> plan.sources().get(key).stream())
        .toList();
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
   * The model that a unit's bytes count for: the first one that holds it and did not fail; null if
   * there is none.
   */
  String owner(String fingerprint) {
    return owners.get(fingerprint);
  }

  /** The shared objects needed whatever is chosen: by what is reused, and by settled bases. */
  Set<SharedId> settledShared() {
    return settledShared;
  }

  /** All shared objects that the payloads of this run's models refer to, in order. */
  Set<SharedId> shared(PackContents contents) {
    Set<SharedId> shared = new TreeSet<>(settledShared);
    shared.addAll(contents.shared());
    return shared;
  }

  /** Bytes of the shared objects that this run is the first to store. */
  long newSharedBytes(PackContents contents) {
    return shared(contents).stream()
        .filter(id -> !result.shared().isStored(id))
        .mapToLong(result.shared()::bytes)
        .sum();
  }

  /**
   * Bytes of payloads, blobs and shared objects that earlier runs stored and this run refers to,
   * each counted once.
   */
  long reusedBytes(PackContents contents) {
    return reusedPayloadBytes
        + shared(contents).stream()
            .filter(result.shared()::isStored)
            .mapToLong(result.shared()::bytes)
            .sum();
  }

  /** Bytes of the packs' files, at most. */
  static long fileBytes(List<Pack> packs) {
    return packs.stream().mapToLong(pack -> pack.bytes() + FILE_OVERHEAD_BYTES).sum();
  }

  /** About what {@link #fixedBytes} of the whole run will be, while nothing is laid out yet. */
  long expectedFixedBytes() {
    long bytes = fixedReusedBytes() + FILE_OVERHEAD_BYTES;
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        int parts =
            result.partKeys().get(model.name()).stream().mapToInt(k -> k.parts().size()).sum();
        bytes += model.skeletonBytes() + (long) POINTER_BYTES * parts;
      }
    }
    return bytes;
  }

  /**
   * Bytes that are stored whatever is chosen: blobs of models, file overhead, and what earlier runs
   * stored.
   *
   * @param perModel whether each model pays for all that it needs
   * @return by model, or the run's under the empty name
   */
  Map<String, Long> fixedBytes(PackContents contents, boolean perModel) {
    if (!perModel) {
      long overhead = (long) FILE_OVERHEAD_BYTES * contents.packs().size();
      return Map.of("", overhead + fixedReusedBytes() + contents.blobBytes());
    }
    Map<String, Long> fixed = new HashMap<>();
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        long blob = contents.blob(model.name()).length();
        fixed.put(model.name(), blob + FILE_OVERHEAD_BYTES + othersBytes(contents, model.name()));
      }
    }
    return fixed;
  }

  /** Of the reused bytes those that do not depend on the choice. */
  private long fixedReusedBytes() {
    return reusedPayloadBytes + settledShared.stream().mapToLong(result.shared()::bytes).sum();
  }

  /** Bytes of payloads that a model refers to and that another model or run decides on. */
  private long othersBytes(PackContents contents, String model) {
    List<StoredPart> others =
        result.sources(model).stream()
            .flatMap(key -> contents.parts(key).stream())
            .filter(part -> !isOwnedBy(part, model))
            .toList();
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

  private boolean isOwnedBy(StoredPart part, String model) {
    return !result.reused().containsKey(part.fingerprint())
        && model.equals(owner(part.fingerprint()));
  }

  /**
   * What targets are counted against.
   *
   * @param fixedBytes by model, and the run's under the empty name; a missing one is 0
   * @return by the same names
   */
  Map<String, Planner.Totals> totals(Map<String, Long> fixedBytes) {
    Map<String, Planner.Totals> totals = new HashMap<>();
    Set<StoredPart> reused = new HashSet<>();
    for (ModelInput model : result.models()) {
      if (!model.failed()) {
        Set<StoredPart> own = reusedParts(model);
        long fixed = fixedBytes.getOrDefault(model.name(), 0L);
        long weights = RunTotals.weights(model.header());
        totals.put(model.name(), totals(model.header().bytes(), weights, fixed, own));
        reused.addAll(own);
      }
    }
    for (EarlierRuns.StoredModel model : result.unchanged()) {
      model.tensors().forEach(tensor -> reused.addAll(RunRows.parts(tensor)));
    }
    RunTotals all = RunTotals.of(result);
    long fixed = fixedBytes.getOrDefault("", 0L);
    totals.put("", totals(all.originalBytes(), all.weights(), fixed, reused));
    return totals;
  }

  private Set<StoredPart> reusedParts(ModelInput model) {
    Set<StoredPart> parts = new HashSet<>();
    for (UnitPlanner.Source source : sources(model)) {
      List<StoredPart> reused = result.reused().get(source.fingerprint());
      if (reused != null) {
        parts.add(reused.get(source.member()));
      }
    }
    return parts;
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
