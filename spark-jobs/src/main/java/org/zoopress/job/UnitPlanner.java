package org.zoopress.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.archive.Digests;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SharingMode;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.TensorRef;
import org.zoopress.io.UnitPlan;
import org.zoopress.io.UnitPlan.Member;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.TensorEntry;

/**
 * Cuts distinct tensors into weight partitions and groups those that share factors. The cut depends
 * on shapes and settings only, never on the cluster.
 */
final class UnitPlanner {
  /** Part of every fingerprint: raise it when a solver or coder changes its bytes. */
  static final int CODE_VERSION = 5;

  private final Settings settings;
  private final KeepRules keep;

  UnitPlanner(Settings settings) {
    this.settings = settings;
    this.keep = new KeepRules(settings);
  }

  /** Where a tensor's values come from: for each part the unit and the member in it. */
  record Source(String fingerprint, int member) {}

  /** The units of a run and, by content key, where each tensor's parts are. */
  record Plan(List<UnitPlan> units, Map<String, List<Source>> sources) {

    /** With these units and tensors in front. */
    Plan after(Plan first) {
      List<UnitPlan> all = new ArrayList<>(first.units);
      all.addAll(units);
      Map<String, List<Source>> places = new LinkedHashMap<>(first.sources);
      places.putAll(sources);
      return new Plan(all, places);
    }

    /** Bytes of each member of a unit in the original. */
    long[] memberBytes(String fingerprint) {
      return units.stream()
          .filter(unit -> unit.fingerprint().equals(fingerprint))
          .findFirst()
          .orElseThrow()
          .members()
          .stream()
          .mapToLong(UnitPlan.Member::bytes)
          .toArray();
    }
  }

  /** The same where nothing is known of what layers see. */
  Plan plan(List<TensorRef> tensors, List<PartitionReader.Keys> keys) {
    return plan(tensors, keys, Map.of());
  }

  /**
   * @param tensors all tensors of all models in order
   * @param keys content keys of each
   * @param grams by content key, the staged file with H of what the tensor's layer sees
   */
  Plan plan(List<TensorRef> tensors, List<PartitionReader.Keys> keys, Map<String, String> grams) {
    Map<String, String> keepReasons = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      // Equal tensors are stored once: kept lossless in one model means kept in all.
      String reason = keep.reason(tensors.get(i).entry());
      keepReasons.merge(keys.get(i).tensor(), reason, (a, b) -> a.isEmpty() ? b : a);
    }
    Map<String, List<Source>> sources = new LinkedHashMap<>();
    List<UnitPlan> units = new ArrayList<>();
    List<Member> group = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      TensorRef tensor = tensors.get(i);
      String key = keys.get(i).tensor();
      if (sources.containsKey(key)) {
        continue;
      }
      sources.put(key, new ArrayList<>());
      String reason = keepReasons.get(key);
      String gram = reason.isEmpty() ? grams.getOrDefault(key, "") : "";
      List<Member> parts = parts(tensor, keys.get(i), gram);
      boolean shareable = reason.isEmpty() && parts.size() == 1 && maxGroup() > 1;
      if (shareable
          && (group.isEmpty() || (group.size() < maxGroup() && follows(group, parts.get(0))))) {
        group.add(parts.get(0));
        continue;
      }
      if (shareable) {
        close(group, units, sources);
        group.add(parts.get(0));
        continue;
      }
      for (Member part : parts) {
        add(List.of(part), reason, units, sources);
      }
    }
    close(group, units, sources);
    return new Plan(units, sources);
  }

  private int maxGroup() {
    return settings.get(Keys.METHODS).contains(MethodId.DICTIONARY_PAIR)
        ? settings.get(Keys.DICTIONARY_PAIR_SHARED_LAYERS)
        : 1;
  }

  /**
   * Whether the partition is of the same model and has the same unfolded height I·s as the group.
   */
  private static boolean follows(List<Member> group, Member next) {
    TensorRef last = group.get(group.size() - 1).tensor();
    Shape a = last.entry().shape();
    Shape b = next.tensor().entry().shape();
    return last.model().equals(next.tensor().model())
        && last.entry().dtype() == next.tensor().entry().dtype()
        && a.rank() == b.rank()
        && a.rowElements() == b.rowElements();
  }

  private void close(List<Member> group, List<UnitPlan> units, Map<String, List<Source>> sources) {
    if (!group.isEmpty()) {
      add(List.copyOf(group), "", units, sources);
      group.clear();
    }
  }

  private void add(
      List<Member> members,
      String keepReason,
      List<UnitPlan> units,
      Map<String, List<Source>> sources) {
    boolean kept = !keepReason.isEmpty();
    // A kept tensor is the same whatever the methods: other settings may reuse it.
    String keptAs = "lossless, non-finite " + settings.get(Keys.READER_NON_FINITE);
    // Not which codebooks: what an earlier run stored with others stays as it is.
    String sharing = ShareStage.sharesCodebooks(settings) ? ", shared codebooks" : "";
    boolean mayShare = settings.get(Keys.ADDITIVE_SHARING) != SharingMode.NONE;
    String fingerprint = hash(kept ? keptAs : settings.fingerprint() + sharing, members);
    String solutionKey =
        hash(kept ? keptAs : settings.solvingFingerprint() + " sharing " + mayShare, members);
    units.add(new UnitPlan(fingerprint, solutionKey, members, keepReason));
    for (int m = 0; m < members.size(); m++) {
      sources.get(members.get(m).tensorKey()).add(new Source(fingerprint, m));
    }
  }

  private static String hash(String settings, List<Member> members) {
    List<String> parts = new ArrayList<>();
    parts.add("code " + CODE_VERSION);
    parts.add(settings);
    for (Member member : members) {
      parts.add(member.tensorKey());
      parts.add(Integer.toString(member.part()));
      parts.add(Long.toString(member.firstRow()));
      parts.add(Long.toString(member.rows()));
      if (!member.gram().isEmpty()) {
        parts.add("inputs " + member.gram());
      }
    }
    return Digests.sha256(parts);
  }

  /** Rows of a weight partition, from the shape and the bound only. */
  static long rowsPerPart(TensorEntry tensor, long partBytes) {
    long rowBytes = Math.max(1, tensor.shape().rowElements() * tensor.dtype().bytes());
    return Math.max(1, partBytes / rowBytes);
  }

  private List<Member> parts(TensorRef tensor, PartitionReader.Keys keys, String gram) {
    long rows = tensor.entry().shape().rows();
    long rowsPerPart = rowsPerPart(tensor.entry(), settings.get(Keys.PARTITION_MAX_BYTES));
    List<Member> parts = new ArrayList<>();
    for (int part = 0; part < keys.parts().size(); part++) {
      long first = part * rowsPerPart;
      parts.add(
          new Member(
              tensor,
              keys.tensor(),
              keys.parts().get(part),
              part,
              first,
              Math.min(rowsPerPart, rows - first),
              gram));
    }
    return parts;
  }
}
