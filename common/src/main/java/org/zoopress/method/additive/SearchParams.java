package org.zoopress.method.additive;

import java.io.Serializable;
import org.zoopress.error.Check;

/**
 * How long codes are searched for; only three or more codebooks are searched at random.
 *
 * @param rounds perturbations of iterated local search; 0 leaves the codes as conditional minimum
 *     of a few sweeps finds them
 * @param perturbed codes that a perturbation changes; at least 1, of M codes at most M
 * @param sweeps most passes over the codebooks after a perturbation; at least 1
 * @param beam partial codes that the residual start keeps; at least 1
 */
public record SearchParams(int rounds, int perturbed, int sweeps, int beam)
    implements Serializable {
  /** For codes that are stored; measured, see the package. */
  public static final SearchParams DEFAULT = new SearchParams(4, 2, 4, 16);

  /** Checks the ranges. */
  public SearchParams {
    Check.argument(
        rounds >= 0 && perturbed >= 1 && sweeps >= 1 && beam >= 1,
        "Cannot search codes with %s rounds, %s perturbed codes, %s sweeps and a beam of %s: all but"
            + " the rounds must be at least 1. Use the default.",
        rounds,
        perturbed,
        sweeps,
        beam);
  }

  /** The same with another number of rounds. */
  public SearchParams withRounds(int other) {
    return new SearchParams(other, perturbed, sweeps, beam);
  }
}
