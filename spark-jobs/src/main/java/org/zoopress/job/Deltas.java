package org.zoopress.job;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.zoopress.archive.PayloadPointer;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.method.SharedId;

/**
 * The differences that units may be stored as, and the bases, whose candidates are settled since
 * differences were made to them.
 *
 * @param units differences by the unit's fingerprint
 * @param settled choices of bases that this run solved, by fingerprint
 */
record Deltas(Map<String, Differences> units, Map<String, Choice> settled) {
  /** Every tensor alone. */
  static final Deltas NONE = new Deltas(Map.of(), Map.of());

  /**
   * The partition that a unit's differences are taken to.
   *
   * @param unit fingerprint of the unit that holds it, if this run solved it; else null
   * @param stored where it lies, if an archive has it; else null
   * @param member which member of the unit or payload
   * @param model a model with that tensor
   * @param tensor its name there
   */
  record Base(String unit, PayloadPointer stored, int member, String model, String tensor) {}

  /** What a unit may be stored as besides its own candidates. */
  record Differences(Base base, List<Solution> solutions) {}

  boolean isEmpty() {
    return units.isEmpty();
  }

  /** The differences of a unit; none if it has no relative. */
  List<Solution> solutions(String fingerprint) {
    Differences differences = units.get(fingerprint);
    return differences == null ? List.of() : differences.solutions();
  }

  /** The base of a unit if it is stored as this; null if that stands alone. */
  Base base(String fingerprint, Solution solution) {
    return solutions(fingerprint).stream().anyMatch(difference -> difference == solution)
        ? units.get(fingerprint).base()
        : null;
  }

  /** Shared objects without which settled bases cannot be decoded. */
  Set<SharedId> shared() {
    Set<SharedId> shared = new TreeSet<>();
    settled.values().forEach(choice -> shared.addAll(choice.solution().shared()));
    return shared;
  }

  /** CPU time of the solvers. */
  double solverSeconds() {
    return units.values().stream()
        .flatMap(differences -> differences.solutions().stream())
        .mapToDouble(Solution::seconds)
        .sum();
  }
}
