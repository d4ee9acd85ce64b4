package org.zoopress.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.job.Planner.Item;
import org.zoopress.method.SharedId;

/**
 * The choice where no target is set: each unit takes the candidate that is furthest below the
 * rate–distortion line of its rivals. Nothing then says what an error may cost, so a candidate is
 * compared with what an ideal code would need at the same error.
 *
 * <p>A network's candidates have the divergence of its answers, and a bound for it stands in the
 * settings: it takes the smallest within.
 *
 * @param sharedBytes what a shared object adds to the stored bytes
 * @param needed shared objects that a candidate needs and whose bytes are its users' to pay
 * @param maxDivergence of a network's answers, in nats a sample
 */
record EfficientChoice(
    ToLongFunction<SharedId> sharedBytes,
    Function<Solution, List<SharedId>> needed,
    double maxDivergence) {

  /**
   * Without a target a difference may have this much more error than what it takes the place of:
   * 0.2 dB. A copy of the base has the error of the base and the distance to it, so less than that
   * would refuse copies of near relatives and pay for bits that nobody asked for.
   */
  private static final double EQUAL_ERROR = 1.05;

  /**
   * The most efficient candidate of each item; a shared object stays only if it saves its users
   * more bits than it needs.
   */
  List<Choice> choose(List<Item> items) {
    Set<SharedId> refused = new TreeSet<>();
    while (true) {
      List<Choice> choices = new ArrayList<>();
      Map<SharedId, Double> gains = new TreeMap<>();
      for (Item item : items) {
        Choice choice = mostEfficient(item, refused);
        choices.add(choice);
        for (SharedId id : needed.apply(choice.solution())) {
          Set<SharedId> without = new TreeSet<>(refused);
          without.add(id);
          Solution other = mostEfficient(item, without).solution();
          double bits =
              item.weights()
                  * (inefficiency(other, item.weights())
                      - inefficiency(choice.solution(), item.weights()));
          gains.merge(id, bits, Double::sum);
        }
      }
      Optional<SharedId> worst =
          gains.keySet().stream()
              .filter(id -> gains.get(id) <= 8.0 * sharedBytes.applyAsLong(id))
              .min(Comparator.comparing(gains::get));
      if (worst.isEmpty()) {
        return choices;
      }
      refused.add(worst.get());
    }
  }

  private Choice mostEfficient(Item item, Set<SharedId> refused) {
    if (item.settled() != null) {
      return item.settled();
    }
    Choice alone = mostEfficientAlone(item, refused);
    double bound = EQUAL_ERROR * alone.solution().squaredError();
    return item.differences().stream()
        .filter(d -> d.shared().stream().noneMatch(refused::contains))
        .filter(d -> d.squaredError() <= bound)
        .filter(d -> d.length() + Planner.BASE_POINTER_BYTES < alone.solution().length())
        .min(Comparator.comparingInt(Solution::length).thenComparingDouble(Solution::squaredError))
        .map(difference -> new Choice(difference, alone.why()))
        .orElse(alone);
  }

  private Choice mostEfficientAlone(Item item, Set<SharedId> refused) {
    List<Solution> rivals =
        item.alone().stream()
            .filter(rival -> rival.shared().stream().noneMatch(refused::contains))
            .toList();
    Solution lossless = rivals.get(0);
    if (item.kept()) {
      return new Choice(lossless, Planner.KEPT + item.plan().keepReason());
    }
    if (rivals.size() == 1) {
      return new Choice(lossless, item.whyLossless());
    }
    if (item.isNetwork()) {
      return smallestWithin(rivals.subList(1, rivals.size()));
    }
    if (rivals.size() == 2) {
      return new Choice(rivals.get(1), "the only candidate smaller than lossless");
    }
    Solution best = rivals.get(1);
    for (Solution rival : rivals.subList(1, rivals.size())) {
      if (inefficiency(rival, item.weights()) < inefficiency(best, item.weights())) {
        best = rival;
      }
    }
    return new Choice(
        best,
        "no target: fewest bits for its error among %d candidates".formatted(rivals.size() - 1));
  }

  private Choice smallestWithin(List<Solution> candidates) {
    Comparator<Solution> byDivergence =
        Comparator.comparingDouble(candidate -> candidate.figures().divergence());
    return candidates.stream()
        .filter(candidate -> candidate.figures().divergence() <= maxDivergence)
        .min(Comparator.comparingInt(Solution::length).thenComparing(byDivergence))
        .map(
            within ->
                new Choice(
                    within,
                    "no target: the smallest within second-order.max-divergence=" + maxDivergence))
        .orElseGet(
            () ->
                new Choice(
                    candidates.stream().min(byDivergence).orElseThrow(),
                    "no target: the least divergence, none is within second-order.max-divergence="
                        + maxDivergence));
  }

  /**
   * Bits a weight above what an ideal code of a Gaussian would need at the same error, up to a
   * constant of the unit: R − R(D) with R(D) = −½ log₂(relative error).
   */
  static double inefficiency(Solution solution, long weights) {
    double relative =
        Math.max(
            solution.squaredError() / Math.max(solution.squaredNorm(), Double.MIN_NORMAL), 1e-18);
    return 8.0 * solution.length() / Math.max(1, weights) + 0.5 * Math.log(relative) / Math.log(2);
  }
}
