package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.Row;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;

/** The rows of the shared objects of a run: those that it offers and those that it refers to. */
final class SharedRows {
  private final List<Row> codebooks = new ArrayList<>();
  private final List<Row> training = new ArrayList<>();

  /**
   * @param referred ids that payloads of the run refer to
   * @param tensors rows of the run's tensors
   */
  SharedRows(RunResult result, Set<SharedId> referred, SharedArchive archive, List<Row> tensors) {
    Map<String, Set<String>> models = new HashMap<>();
    Map<String, Set<String>> keys = new HashMap<>();
    for (Row tensor : tensors) {
      for (StoredPart part : RunRows.parts(tensor)) {
        for (String id : part.shared()) {
          models.computeIfAbsent(id, i -> new HashSet<>()).add(tensor.string("model"));
          keys.computeIfAbsent(id, i -> new HashSet<>()).add(tensor.string("tensor_key"));
        }
      }
    }
    Map<SharedId, SharedOffer> offers = new TreeMap<>();
    result.offers().forEach(offer -> offers.put(offer.object().id(), offer));
    Set<SharedId> ids = new TreeSet<>(referred);
    ids.addAll(offers.keySet());
    for (SharedId id : ids) {
      SharedOffer offer = offers.get(id);
      Row facts = offer != null ? offer.facts() : archive.row(id).orElseGet(() -> bare(result, id));
      String name = id.toString();
      codebooks.add(
          RunRows.copy(facts)
              .set("offered", result.shared().object(id) != null)
              .set("used_by_tensors", (long) keys.getOrDefault(name, Set.of()).size())
              .set("used_by_models", (long) models.getOrDefault(name, Set.of()).size()));
      if (offer != null) {
        training.addAll(offer.training());
      }
    }
  }

  /** Of an object whose row no committed run has, for instance a transform. */
  private static Row bare(RunResult result, SharedId id) {
    DataFile file = result.shared().file(id);
    SharedObject object = result.shared().object(id);
    return new Row()
        .set("codebook_id", id.toString())
        .set("path", file.path())
        .set("kind", object == null ? null : object.kind().label())
        .set("stored_bytes", file.bytes());
  }

  /** Rows of the table {@code codebooks}. */
  List<Row> codebooks() {
    return codebooks;
  }

  /** Rows of the table {@code codebook_training}. */
  List<Row> training() {
    return training;
  }
}
