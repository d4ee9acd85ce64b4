package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zoopress.io.FileStamp;
import org.zoopress.io.PartitionReader;
import org.zoopress.io.SolvedUnit;

/** What one attempt has found out so far, on the driver. */
final class RunResult {
  private final SharedCatalog shared;
  private final List<SharedOffer> offers = new ArrayList<>();
  private final List<EarlierRuns.StoredModel> unchanged = new ArrayList<>();
  private final List<ModelInput> models = new ArrayList<>();
  private final List<FileStamp> skipped = new ArrayList<>();
  private final Map<String, List<PartitionReader.Keys>> keys = new HashMap<>();
  private final Map<String, SolvedUnit> solved = new HashMap<>();
  private final Map<String, List<StoredPart>> reused = new HashMap<>();

  private final Map<String, Map<Integer, String>> covered = new HashMap<>();
  private final Map<String, String> notes = new HashMap<>();

  RunResult(SharedCatalog shared) {
    this.shared = shared;
  }

  /** Shared objects that payloads may refer to. */
  SharedCatalog shared() {
    return shared;
  }

  /** Lets the solvers use these. */
  void offer(List<SharedOffer> offered) {
    offers.addAll(offered);
    shared.offer(offered.stream().map(SharedOffer::object).toList());
  }

  /** Shared objects that the solvers may use, with what is known of them. */
  List<SharedOffer> offers() {
    return offers;
  }

  /** Models taken whole from an earlier run. */
  List<EarlierRuns.StoredModel> unchanged() {
    return unchanged;
  }

  /** Models that were read, failed ones included, in order of their names. */
  List<ModelInput> models() {
    return models;
  }

  /** Files that are neither models nor parts of one. */
  List<FileStamp> skipped() {
    return skipped;
  }

  /** Content keys of the tensors of each model, and of their parts. */
  Map<String, List<PartitionReader.Keys>> partKeys() {
    return keys;
  }

  /** Content keys of the tensors of a model, in their order. */
  List<String> keys(String model) {
    return keys.get(model).stream().map(PartitionReader.Keys::tensor).toList();
  }

  /**
   * Under which key the plan has the parts of each tensor of a model: its content key, or, where a
   * network was compressed as a whole, one of the network's, since equal tensors at different
   * places of a network need not become equal ones.
   */
  List<String> sources(String model) {
    List<String> sources = new ArrayList<>(keys(model));
    covered.getOrDefault(model, Map.of()).forEach(sources::set);
    return sources;
  }

  /** Which tensors of each model belong to a network, by position, and their keys in the plan. */
  Map<String, Map<Integer, String>> covered() {
    return covered;
  }

  /** Whether a tensor of a model belongs to a network. */
  boolean isCovered(String model, int position) {
    return covered.getOrDefault(model, Map.of()).containsKey(position);
  }

  /** Remarks on models, by name, beside those of their headers. */
  Map<String, String> notes() {
    return notes;
  }

  /** Units solved in this run, by fingerprint. */
  Map<String, SolvedUnit> solved() {
    return solved;
  }

  /** Units that an earlier run stored, by fingerprint. */
  Map<String, List<StoredPart>> reused() {
    return reused;
  }

  /**
   * Takes the models whose files are as an earlier run with the same settings found them.
   *
   * @return the files that remain to be read
   */
  List<FileStamp> takeUnchanged(List<FileStamp> files, EarlierRuns earlier) {
    Set<FileStamp> present = new HashSet<>(files);
    Map<String, String> names = ModelNames.assign(files);
    Set<FileStamp> taken = new HashSet<>();
    earlier
        .candidates()
        .forEach(
            (json, model) -> {
              List<FileStamp> own = RunRows.filesOfJson(json);
              String main = own.get(0).path();
              if (present.containsAll(own)
                  && model.model().string("model").equals(names.get(main))) {
                unchanged.add(model);
                taken.addAll(own);
              }
            });
    return files.stream().filter(file -> !taken.contains(file)).toList();
  }
}
