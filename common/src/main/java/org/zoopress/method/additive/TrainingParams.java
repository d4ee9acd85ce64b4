package org.zoopress.method.additive;

import java.io.Serializable;
import org.zoopress.error.Check;

/**
 * How codebooks are trained.
 *
 * @param iterations turns of codes and codebooks; at least 1
 * @param relaxation noise on the codebooks of the first turn, in standard deviations of the vectors
 *     over M; it falls to none at the last. 0 for none; at most 4
 * @param search of the codes in a turn
 * @param lambda squared error, in units of the vectors, that a bit of a code is worth: codewords
 *     become unevenly used, which the coder of codes turns into bytes. 0 for least error alone; for
 *     vectors of unit scale 2 ln 2 · D where an error of D a weight is aimed at
 */
public record TrainingParams(int iterations, double relaxation, SearchParams search, double lambda)
    implements Serializable {
  /** Measured on Gaussian vectors and on the convolutions of ResNet-20, see the package. */
  public static final TrainingParams DEFAULT =
      new TrainingParams(25, 0.1, new SearchParams(0, 2, 4, 8), 0);

  /** Checks the ranges. */
  public TrainingParams {
    Check.argument(
        iterations >= 1,
        "Cannot use additive.iterations=%s: it must be at least 1. Choose for instance 25.",
        iterations);
    Check.argument(
        relaxation >= 0 && relaxation <= 4,
        "Cannot train codebooks with a relaxation of %s: it must be in [0, 4]. Use the default.",
        relaxation);
    Check.argument(
        lambda >= 0 && lambda < Double.POSITIVE_INFINITY,
        "Cannot train codebooks with bits worth an error of %s: it must be finite and not negative."
            + " Use 0.1.",
        lambda);
  }

  /** The same with another worth of a bit. */
  public TrainingParams withLambda(double other) {
    return new TrainingParams(iterations, relaxation, search, other);
  }

  /** The same with another number of turns. */
  public TrainingParams withIterations(int other) {
    return new TrainingParams(other, relaxation, search, lambda);
  }

  /** The same with another relaxation. */
  public TrainingParams withRelaxation(double other) {
    return new TrainingParams(iterations, other, search, lambda);
  }
}
