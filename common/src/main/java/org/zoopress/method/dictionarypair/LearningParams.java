package org.zoopress.method.dictionarypair;

import java.io.Serializable;
import org.zoopress.error.Check;

/**
 * Constants of the dictionary pair iteration; letters as in the package description.
 *
 * @param tau τ, weight of ‖PX − A‖²; above 0
 * @param gamma γ, weight of ‖P‖²; above 0
 * @param rhoGrowth factor of ρ after each step of the inner iteration; above 1
 * @param maxOuter most outer iterations; at least 1
 * @param tolerance outer iterations end when ‖X − DA‖² changes by less than this part of itself; no
 *     unit, from 0, below 1
 */
public record LearningParams(
    double tau, double gamma, double rhoGrowth, int maxOuter, double tolerance)
    implements Serializable {
  /** τ and γ from Gao et al. 2021; ρ's growth from Gu et al. 2014; tolerance measured. */
  public static final LearningParams DEFAULT = new LearningParams(0.05, 1e-4, 1.2, 20, 1e-2);

  /** Checks the ranges. */
  public LearningParams {
    positive(tau, "tau");
    positive(gamma, "gamma");
    Check.argument(
        rhoGrowth > 1 && rhoGrowth < Double.POSITIVE_INFINITY,
        "Cannot use dictionary-pair.rho-growth=%s: the penalty must grow. Choose for instance 1.2.",
        rhoGrowth);
    Check.argument(
        maxOuter >= 1,
        "Cannot use dictionary-pair.max-outer=%s: one iteration is the least. Choose 1 or more.",
        maxOuter);
    Check.argument(
        tolerance >= 0 && tolerance < 1,
        "Cannot use dictionary-pair.tolerance=%s: it is a part of the error. Choose 0 or more, below"
            + " 1.",
        tolerance);
  }

  private static void positive(double value, String name) {
    Check.argument(
        value > 0 && value < Double.POSITIVE_INFINITY,
        "Cannot use dictionary-pair.%s=%s: it must be positive and finite. Leave it out for the"
            + " paper's value.",
        name,
        value);
  }
}
