package org.zoopress.method.secondorder;

import org.zoopress.error.Check;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SearchParams;
import org.zoopress.method.additive.TrainingParams;

/**
 * How the codebooks of a network are made and used.
 *
 * @param shape M, K and d
 * @param kind which columns make a vector
 * @param rounds of quantizing all layers and fitting the codebooks to the vectors met; at least 1
 * @param search of the codes
 * @param seed of training and search
 */
public record AdditiveSettings(
    CodeShape shape, BlockKind kind, int rounds, SearchParams search, long seed) {
  /** Turns of training on targets; what is met later takes other turns. */
  static final TrainingParams START = TrainingParams.DEFAULT.withIterations(12);

  /** Checks the ranges. */
  public AdditiveSettings {
    Check.argument(
        rounds >= 1 && rounds <= 100,
        "Cannot fit codebooks in %s rounds: they must be from 1 to 100. Choose for instance 3.",
        rounds);
  }

  /** Those codebooks, three rounds, default search. */
  public static AdditiveSettings of(CodeShape shape, BlockKind kind) {
    return new AdditiveSettings(shape, kind, 3, SearchParams.DEFAULT, 1);
  }

  /** The same with another seed. */
  public AdditiveSettings withSeed(long other) {
    return new AdditiveSettings(shape, kind, rounds, search, other);
  }
}
