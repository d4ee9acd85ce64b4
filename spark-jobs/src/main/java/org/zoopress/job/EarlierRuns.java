package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Row;
import org.zoopress.archive.Table;
import org.zoopress.evaluate.CompanionGraph;

/**
 * What committed runs of an archive offer to a new one: whole models whose files did not change,
 * and solved units by fingerprint. Looks at the newest run of each zoo and settings: a model that
 * was absent or failed in it is solved again.
 */
final class EarlierRuns {
  /** A model as an earlier run stored it, with its tensors. */
  record StoredModel(Row model, List<Row> tensors) {}

  private final Map<String, StoredModel> unchanged = new HashMap<>();
  private final Map<String, Map<Integer, StoredPart>> units = new HashMap<>();
  private final Map<String, Map<Integer, String>> names = new HashMap<>();

  private EarlierRuns() {}

  /**
   * @param request fingerprint of zoo and settings of the new run; only models of a run with the
   *     same one are taken whole
   */
  static EarlierRuns read(ArchiveReader archive, String request) throws IOException {
    Map<String, Manifest> newest = new LinkedHashMap<>();
    archive.runs().forEach(manifest -> newest.put(manifest.request(), manifest));
    EarlierRuns earlier = new EarlierRuns();
    for (Manifest manifest : newest.values()) {
      List<Row> tensors = archive.rows(manifest, Table.TENSORS);
      for (Row tensor : tensors) {
        for (StoredPart part : StoredPart.ofJson(tensor.string("parts_json"))) {
          earlier
              .units
              .computeIfAbsent(part.fingerprint(), f -> new HashMap<>())
              .put(part.member(), part);
          if (part.network() != null) {
            earlier
                .names
                .computeIfAbsent(part.fingerprint(), f -> new HashMap<>())
                .put(part.member(), CompanionGraph.initializerName(tensor.string("tensor")));
          }
        }
      }
      if (manifest.request().equals(request)) {
        Map<String, List<Row>> byModel = new HashMap<>();
        tensors.forEach(
            t -> byModel.computeIfAbsent(t.string("model"), m -> new ArrayList<>()).add(t));
        for (Row model : archive.rows(manifest, Table.MODELS)) {
          if ("ok".equals(model.string("status"))) {
            earlier.unchanged.put(
                model.string("files_json"),
                new StoredModel(model, byModel.getOrDefault(model.string("model"), List.of())));
          }
        }
      }
    }
    return earlier;
  }

  /**
   * All models that can be taken whole if their files are still the same, by their files as stored.
   */
  Map<String, StoredModel> candidates() {
    return unchanged;
  }

  /** A network as an earlier run stored it: names of its tensors in the order of its members. */
  Optional<List<String>> network(String fingerprint) {
    Map<Integer, String> members = names.getOrDefault(fingerprint, Map.of());
    List<String> list = new ArrayList<>();
    for (int m = 0; members.containsKey(m); m++) {
      list.add(members.get(m));
    }
    return list.isEmpty() ? Optional.empty() : Optional.of(list);
  }

  /** The stored parts of a unit, by member; empty unless all members are there. */
  Optional<List<StoredPart>> unit(String fingerprint, int members) {
    Map<Integer, StoredPart> parts = units.getOrDefault(fingerprint, Map.of());
    List<StoredPart> list = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      StoredPart part = parts.get(m);
      if (part == null) {
        return Optional.empty();
      }
      list.add(part);
    }
    return Optional.of(list);
  }
}
