package org.zoopress.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.io.SolvedFile;
import org.zoopress.io.SolvedUnit;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.io.UnitPlan;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedId;

/**
 * What the staged files of a folder hold, by unit and method, whichever run or attempt wrote them.
 */
final class Solutions {
  private final Map<String, Map<String, List<Solution>>> byKey = new HashMap<>();

  /**
   * Reads the indices of all complete files.
   *
   * @param known whether a shared object is at hand: what a method solved with others, before the
   *     zoo changed between two attempts, is of no use
   */
  static Solutions read(FileSystem fs, Path folder, Predicate<SharedId> known) throws IOException {
    Solutions solutions = new Solutions();
    for (FileStatus file : fs.listStatus(folder)) {
      if (file.getPath().getName().endsWith(".solved")) {
        SolvedFile.readIndex(fs, file.getPath())
            .ifPresent(units -> units.forEach(unit -> solutions.add(unit, known)));
      }
    }
    return solutions;
  }

  /**
   * Adds what was solved; of two solutions by one method, which are equal but for the objects they
   * refer to, one stays.
   */
  void add(SolvedUnit unit) {
    add(unit, id -> true);
  }

  private void add(SolvedUnit unit, Predicate<SharedId> atHand) {
    Map<String, List<Solution>> found = new LinkedHashMap<>();
    for (Solution solution : unit.solutions()) {
      found.computeIfAbsent(solution.method(), method -> new ArrayList<>()).add(solution);
    }
    found
        .values()
        .removeIf(list -> !list.stream().flatMap(s -> s.shared().stream()).allMatch(atHand));
    Map<String, List<Solution>> known =
        byKey.computeIfAbsent(unit.key(), key -> new LinkedHashMap<>());
    // Which file is read first is chance; which objects a list refers to is not.
    found.forEach(
        (method, list) ->
            known.merge(
                method, list, (a, b) -> references(b).compareTo(references(a)) < 0 ? b : a));
  }

  private static String references(List<Solution> list) {
    return list.stream().map(solution -> solution.shared().toString()).toList().toString();
  }

  /** All candidates under a key, method by method in the order of their solving. */
  Optional<SolvedUnit> whole(String key) {
    return Optional.ofNullable(byKey.get(key))
        .map(
            known ->
                new SolvedUnit(
                    key, "", "", known.values().stream().flatMap(List::stream).toList()));
  }

  /**
   * Which of the methods have to be run on a unit.
   *
   * @return empty if nothing is left to do; a list without elements if only lossless coding is
   */
  Optional<List<MethodId>> open(UnitPlan unit, List<MethodId> methods) {
    Map<String, List<Solution>> known = byKey.get(unit.solutionKey());
    List<MethodId> wanted = unit.keepReason().isEmpty() ? methods : List.of();
    if (known == null) {
      return Optional.of(wanted);
    }
    List<MethodId> missing =
        known.containsKey(SolveStage.ALL_LOSSY_METHODS)
            ? List.of()
            : wanted.stream().filter(method -> !known.containsKey(method.label())).toList();
    return missing.isEmpty() ? Optional.empty() : Optional.of(missing);
  }

  /** The candidates of a unit by these methods, lossless first; nothing of it may be open. */
  SolvedUnit of(UnitPlan unit, List<MethodId> methods) {
    Map<String, List<Solution>> known = byKey.get(unit.solutionKey());
    List<Solution> chosen = new ArrayList<>(known.get(MethodId.LOSSLESS.label()));
    for (MethodId method : methods) {
      if (method != MethodId.LOSSLESS) {
        chosen.addAll(known.getOrDefault(method.label(), List.of()));
      }
    }
    chosen.addAll(known.getOrDefault(SolveStage.ALL_LOSSY_METHODS, List.of()));
    return new SolvedUnit(unit.solutionKey(), "", "", chosen);
  }
}
