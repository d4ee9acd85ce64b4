package org.zoopress.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.zoopress.io.SolvedUnit.Solution;
import org.zoopress.job.Planner.Item;

/**
 * What a candidate costs in errors, in one currency for all units of a run.
 *
 * <p>Without networks that is the squared error of weights. With them it is the divergence of
 * answers, in nats a sample, summed over models: a network's candidate has it measured. Of any
 * other unit it is reckoned to be κ · ‖W−Ŵ‖²/‖W‖² with the norm of its whole model, where κ is the
 * median over the candidates of the run's networks of divergence over relative error of their
 * layers' weights: what an error of weights has cost the networks that could be asked.
 */
interface Damage {
  /** Squared error of weights. */
  Damage OF_WEIGHTS = (item, solution) -> solution.squaredError();

  /** What storing this candidate costs. */
  double of(Item item, Solution solution);

  /** What is summed, for people. */
  default String noun() {
    return this == OF_WEIGHTS ? "error" : "divergence";
  }

  /**
   * The currency for these units.
   *
   * @param owner the model that a unit's bytes count for, by its fingerprint
   */
  static Damage among(List<Item> items, Function<String, String> owner) {
    List<Double> factors = new ArrayList<>();
    Map<String, Double> norms = new HashMap<>();
    boolean networks = false;
    for (Item item : items) {
      networks |= item.isNetwork();
      if (!item.isNetwork()) {
        if (!item.kept()) {
          double norm = item.solved().solutions().get(0).squaredNorm();
          norms.merge(owner.apply(item.plan().fingerprint()), norm, Double::sum);
        }
        continue;
      }
      for (Solution solution : item.solved().solutions()) {
        if (solution.squaredError() > 0 && solution.squaredNorm() > 0) {
          double factor =
              solution.figures().divergence() * solution.squaredNorm() / solution.squaredError();
          if (Double.isFinite(factor)) {
            factors.add(factor);
          }
        }
      }
    }
    if (!networks) {
      return OF_WEIGHTS;
    }
    factors.sort(null);
    double factor = factors.isEmpty() ? 1 : factors.get(factors.size() / 2);
    return (item, solution) ->
        item.isNetwork()
            ? solution.figures().divergence()
            : factor
                * relative(
                    solution.squaredError(),
                    norms.getOrDefault(owner.apply(item.plan().fingerprint()), 1.0));
  }

  /** An error over a norm; none where nothing was lost, even of weights that are all zero. */
  private static double relative(double squaredError, double squaredNorm) {
    return squaredError == 0 ? 0 : squaredError / squaredNorm;
  }
}
