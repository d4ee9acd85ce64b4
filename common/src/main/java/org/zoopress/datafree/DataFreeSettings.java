package org.zoopress.datafree;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.zoopress.coding.Trellis;
import org.zoopress.error.Check;
import org.zoopress.method.secondorder.AdditiveSettings;
import org.zoopress.method.secondorder.LayerSettings;

/**
 * How a network is compressed without data. The defaults are measured on ResNet-20 (BENCHMARKS.md).
 *
 * @param probes samples that everything is fitted to, at least 2
 * @param heldOut samples that only judge, at least 1
 * @param probeSteps steps of Adam that fit the probes to batch norms, at least 0
 * @param memoryBytes of the values of one operation on all probes, at least 1 MiB; networks with
 *     large inputs get fewer probes
 * @param normalization what is stored of batch norms
 * @param rateWeight λ of squared error + λ · bits · step² when levels are chosen, at least 0
 * @param damping added to the diagonal of second moments, as a share of its mean; in (0, 1]
 * @param trellis that chooses levels; {@link Trellis#NONE} is a scalar quantizer
 * @param codewords that layers get instead of points, where their shape suits them; empty for
 *     points
 * @param correction α, how far the target goes to what is best for the inputs as they are; in [0,
 *     1]
 * @param sideBits of each number of batch norms and biases, 4 to 16
 * @param distillationSteps steps of Adam, at least 0
 * @param distillationRate largest change of a number a step, relative to its size
 * @param temperature of the answers that distillation compares, above 0
 * @param passes over the network at most to come close to a size, at least 2
 * @param seed of all randomness, beside the network itself
 * @param ideas what is done; leaving some out serves comparison
 */
public record DataFreeSettings(
    int probes,
    int heldOut,
    int probeSteps,
    long memoryBytes,
    Normalizations normalization,
    double rateWeight,
    double damping,
    Trellis trellis,
    Optional<AdditiveSettings> codewords,
    double correction,
    int sideBits,
    int distillationSteps,
    double distillationRate,
    double temperature,
    int passes,
    long seed,
    Set<Idea> ideas) {

  /** What is stored of batch norms. */
  public enum Normalizations {
    /** Two numbers a channel; mean and variance become constants. */
    FOLDED,
    /** All four vectors, mean and variance those of the compressed network. */
    KEPT
  }

  /** The defaults. */
  public static final DataFreeSettings DEFAULT =
      new DataFreeSettings(
          256,
          128,
          130,
          512L << 20,
          Normalizations.FOLDED,
          LayerSettings.RATE_WEIGHT,
          LayerSettings.DAMPING,
          Trellis.STATES_128,
          Optional.empty(),
          0.7,
          8,
          150,
          0.001,
          2,
          7,
          0,
          EnumSet.allOf(Idea.class));

  /** Checks the ranges. */
  public DataFreeSettings {
    check("probes", probes, 2, 1 << 20);
    check("held-out", heldOut, 1, 1 << 20);
    check("probe-steps", probeSteps, 0, 1 << 20);
    check("memory", memoryBytes, 1 << 20, 1L << 50);
    check("rate-weight", rateWeight, 0, LayerSettings.MOST_RATE_WEIGHT);
    check("damping", damping, 1e-9, 1);
    check("correction", correction, 0, 1);
    check("side-bits", sideBits, 4, 16);
    check("distillation-steps", distillationSteps, 0, 1 << 20);
    check("distillation-rate", distillationRate, 0, 1);
    check("temperature", temperature, 1e-3, 1e3);
    check("passes", passes, 2, 100);
    ideas = ideas.isEmpty() ? EnumSet.noneOf(Idea.class) : EnumSet.copyOf(ideas);
  }

  private static void check(String name, double value, double least, double most) {
    Check.argument(
        value >= least && value <= most,
        "Cannot use second-order.%s=%s: it must be in [%s, %s]. Choose a value in that range.",
        name,
        value,
        least,
        most);
  }

  /** Whether the idea is to be followed. */
  public boolean uses(Idea idea) {
    return ideas.contains(idea);
  }
}
