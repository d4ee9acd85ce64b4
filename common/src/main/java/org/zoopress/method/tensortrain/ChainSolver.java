package org.zoopress.method.tensortrain;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;

/** From one decomposed tensor to stored cores at operating points. */
public final class ChainSolver {
  /** Tries to meet a target error after rounding; two or three are the rule. */
  private static final int TRIES = 8;

  /** A quantized result this close below its target is not tried again. */
  private static final double CLOSE = 0.985;

  private final ChainSource source;
  private final float scale;
  private final ToDoubleFunction<StoredCores> squaredError;
  private final ChainEncoder encoder;

  /**
   * @param source the tensor at unit scale
   * @param scale its scale, stored with the cores
   * @param squaredError ‖W − Ŵ‖² of the values as restored, in the units of the source
   */
  public ChainSolver(
      LinearAlgebra algebra,
      ChainSource source,
      float scale,
      ToDoubleFunction<StoredCores> squaredError) {
    this.source = source;
    this.scale = scale;
    this.squaredError = squaredError;
    this.encoder = new ChainEncoder(algebra);
  }

  /** The decomposition that is solved. */
  public ChainSource source() {
    return source;
  }

  /**
   * Stores a chain of this source. A step, where there is one, is such that the last singular
   * values are just worth their bits.
   */
  public StoredCores encode(CoreChain chain, FactorType type) {
    if (type != FactorType.INTEGER || chain.cores().isEmpty()) {
      return encode(chain, type, 0);
    }
    StoredCores stored = encode(chain, type, rates(1).thetaAtMargin(chain.ranks()));
    // The model knows averages; some dozens of numbers may fall so badly that zeros are nearer.
    return relativeError(stored) <= 1 ? stored : StoredCores.zeros(source.modes());
  }

  private StoredCores encode(CoreChain chain, FactorType type, double theta) {
    return encoder.encode(chain, scale, type, theta);
  }

  private RateModel rates(double overlap) {
    return new RateModel(source.modes(), source.spectra(), overlap);
  }

  /**
   * Few numbers, or few bits, whose error after rounding is at most {@code relativeError} times
   * ‖W‖²; where rounding alone breaks the bound, the best that the type can do.
   */
  public StoredCores within(double relativeError, FactorType type) {
    double target = relativeError * source.energy();
    if (target == 0) {
      return StoredCores.zeros(source.modes());
    }
    return type == FactorType.INTEGER ? quantizedWithin(target) : roundedWithin(target, type);
  }

  /**
   * Ranks at which the chain's own error is lost beside that of rounding its cores to 16 or 32
   * bits; empty where 16-bit cores would not have at most half as many numbers as the tensor, that
   * is, for all but tensors of low exact rank.
   */
  public Optional<int[]> exactRanks(FactorType type) {
    if (source.energy() == 0) {
      return Optional.empty();
    }
    int[] modes = source.modes();
    long elements = 1;
    for (int n : modes) {
      elements *= n;
    }
    int[] ranks = source.ranksWithin(FactorType.F16.relativeRounding() * source.energy());
    return CoreChain.numbers(modes, ranks) > elements / 2
        ? Optional.empty()
        : Optional.of(source.ranksWithin(type.relativeRounding() * source.energy()));
  }

  /** ‖W − Ŵ‖²/‖W‖² of the values as restored; 0 for a tensor of zeros. */
  public double relativeError(StoredCores cores) {
    return source.energy() == 0 ? 0 : squaredError.applyAsDouble(cores) / source.energy();
  }

  /** Fewest numbers; a bound that was met with room to spare is relaxed and tried again. */
  private StoredCores roundedWithin(double target, FactorType type) {
    StoredCores best = null;
    int[] ranks = new int[0];
    double bound = target;
    for (int tries = 0; tries < TRIES && bound > 0; tries++) {
      int[] next = source.ranksWithin(bound);
      if (Arrays.equals(ranks, next)) {
        break;
      }
      ranks = next;
      StoredCores stored = encode(source.chain(ranks), type, 0);
      double error = squaredError.applyAsDouble(stored);
      if (error > target) {
        if (best != null) {
          break;
        }
        bound -= 1.1 * (error - target);
      } else {
        if (best != null && stored.numbers() >= best.numbers()) {
          break;
        }
        best = stored;
        bound *= target / Math.max(error, target / 2);
      }
    }
    return best != null ? best : encode(source.chain(allRanks()), type, 0);
  }

  private int[] allRanks() {
    return source.spectra().stream().mapToInt(energies -> energies.length).toArray();
  }

  /** Ranks and step together, then the step alone; the nearest within the target is kept. */
  private StoredCores quantizedWithin(double target) {
    CoreChain chain = chainForQuantizing(target);
    RateModel rates = rates(1);
    double room = target - chain.squaredError();
    if (room <= 0) { // the tensor has no rank that would do: as fine a step as is of use
      room = target / 2;
    }
    double noise = room;
    StoredCores best = null;
    double bestError = Double.POSITIVE_INFINITY;
    for (int tries = 0; tries < TRIES; tries++) {
      double theta = rates.thetaForNoise(chain.ranks(), noise);
      StoredCores stored = encode(chain, FactorType.INTEGER, theta);
      double error = squaredError.applyAsDouble(stored);
      boolean within = error <= target;
      boolean bestWithin = bestError <= target;
      if (best == null || (within ? !bestWithin || error > bestError : error < bestError)) {
        best = stored;
        bestError = error;
      }
      if (within && error >= CLOSE * target) {
        break;
      }
      double added = Math.max(error - chain.squaredError(), room / 4);
      noise *= 0.995 * room / added;
    }
    return best;
  }

  /**
   * The chain whose ranks and common step promise the fewest bits. The sum of the tails exaggerates
   * what a truncation costs; how much is seen from a first chain.
   */
  private CoreChain chainForQuantizing(double target) {
    double bound = target;
    double overlap = 1;
    CoreChain chain = null;
    for (int tries = 0; tries < TRIES; tries++) {
      RateModel rates = rates(overlap);
      int[] ranks = rates.worthwhileRanks(rates.thetaWithin(bound));
      if (chain != null && Arrays.equals(ranks, chain.ranks())) {
        break;
      }
      chain = source.chain(ranks);
      double tails = rates.tails(chain.ranks());
      overlap = tails > 0 ? Math.min(1, Math.max(0.5, chain.squaredError() / tails)) : 1;
      if (chain.squaredError() >= target) {
        bound *= 0.8;
      } else if (tries > 0) {
        break;
      }
    }
    return chain;
  }
}
