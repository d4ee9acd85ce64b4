package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.Optional;
import java.util.SplittableRandom;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;

/**
 * Trains codebooks over vectors that lie in blocks on many machines, each step of it by itself; who
 * calls the steps moves the data. With blocks X_b and codebooks C:
 *
 * <pre>
 *   C ← start(sample)                               once, where the sample is
 *   for turn = 1 … I:
 *     S ← Σ_b pass(C, turn).add(b, X_b)             where the blocks are, merged in any order
 *     C ← next(S, turn)                             once
 *   stored(C, S)                                    once </pre>
 *
 * <p>Every turn encodes from nothing: keeping codes between turns would save nothing for one or two
 * codebooks, whose search is exact, and would make a lost block cost all turns before. So a block's
 * codes follow from its vectors, the codebooks, its ordinal and the turn, on any machine and at any
 * repetition. Memory of the solving side: 16 (M·K)² bytes.
 *
 * @param params turns, noise and code search
 * @param seed of all randomness
 */
public record SharedTraining(CodeShape shape, TrainingParams params, long seed)
    implements Serializable {
  /** Most vectors of a block: 4,096 of 8 numbers are 128 KiB, some milliseconds of search. */
  public static final int BLOCK_VECTORS = 4096;

  /** Most vectors that {@link #start} needs: 256 a codeword. */
  public static final int START_VECTORS = 1 << 16;

  /**
   * Codebooks to start from.
   *
   * @param sample n×d, n at least 1; in the same order every time
   */
  public State start(float[] sample) {
    return new State(
        new CodebookTrainer(shape, params).start(sample, seed), CodeRates.uniform(shape));
  }

  /**
   * What goes from turn to turn.
   *
   * @param rates bits of the codewords, where the search is to weigh them ({@link
   *     TrainingParams#lambda})
   */
  public record State(Codebooks codebooks, CodeRates rates) implements Serializable {}

  /** Encoding in a turn. Not for several threads at once. */
  public Pass pass(State state, int turn) {
    return new Pass(state, mixed(seed, turn));
  }

  /** Encodes blocks and adds up what the next codebooks need. */
  public final class Pass {
    private final Codebooks codebooks;
    private final CodeSearch search;
    private final long turnSeed;
    private final TrainingSums sums;

    private Pass(State state, long turnSeed) {
      this.codebooks = state.codebooks();
      this.search =
          new CodeSearch(codebooks, state.rates().prices(params.lambda()), params.search());
      this.turnSeed = turnSeed;
      this.sums = new TrainingSums(shape);
    }

    /**
     * Adds a block.
     *
     * @param ordinal of the block among all
     * @param vectors n×d
     */
    public void add(long ordinal, float[] vectors) {
      sums.add(codebooks, vectors, search.encode(vectors, mixed(turnSeed, ordinal)));
    }

    /** The sums so far. */
    public TrainingSums sums() {
      return sums;
    }
  }

  /** Codebooks of the turn after; with noise, but after the last. */
  public State next(TrainingSums sums, int turn) {
    Codebooks best = sums.equations().solve(LinearAlgebra.get());
    return new State(
        new CodebookTrainer(shape, params)
            .relaxed(best, sums.deviations(), turn, mixed(~seed, turn)),
        CodeRates.of(shape, sums.equations().occurrences()));
  }

  /**
   * The object to store: frequent codewords first, rounded so that rounding costs what it saves.
   *
   * @param codebooks the last ones
   * @param sums of the last turn
   * @param vectors all vectors that are to be coded by them, sampled or not
   * @param version see {@link SharedCodebooks}
   * @param parent see {@link SharedCodebooks}
   */
  public SharedObject stored(
      Codebooks codebooks,
      TrainingSums sums,
      long vectors,
      FactorType type,
      int version,
      Optional<SharedId> parent) {
    double step = codebooks.storedStep(sums.meanSquaredError(), vectors);
    return new SharedCodebooks(codebooks, version, parent)
        .withUse(sums.equations().occurrences())
        .stored(type, step);
  }

  private static long mixed(long a, long b) {
    return new SplittableRandom(new SplittableRandom(a).nextLong() ^ b).nextLong();
  }
}
