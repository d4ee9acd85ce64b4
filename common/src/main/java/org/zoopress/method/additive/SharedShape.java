package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;

/**
 * What shared codebooks are trained for.
 *
 * @param codes M, K and d
 * @param lambda squared error of vectors of unit scale that a bit is worth in training, as {@link
 *     TrainingParams#lambda}: 2 ln 2 · D for an error of D a weight. Codes for other worths can be
 *     found with the same codebooks
 */
public record SharedShape(CodeShape codes, double lambda) implements Serializable {
  /**
   * Shapes that together serve layers from 0.8 to 5 bits a weight. A network's layers need rates
   * far apart: at one worth of a bit all over ResNet-20, -32 and -56 and 2 bits in the mean, layers
   * of large weights take above 4 bits and others below 1. The first serves 1.5 to 3 bits, the
   * second what is below, the third what is above; which of them are stored is decided by what they
   * save.
   *
   * <p>A vector is a 3×3 kernel. On ResNet-20 vectors of 9, one input channel each, take 0.23 bits
   * a weight less than vectors of 8 for the same error (M = 4, K = 256, both with scales of
   * places).
   */
  public static final List<SharedShape> LADDER =
      List.of(
          new SharedShape(new CodeShape(4, 256, 9), 0.05),
          new SharedShape(new CodeShape(2, 256, 9), 0.25),
          new SharedShape(new CodeShape(6, 128, 9), 0.008));

  /** Checks the range. */
  public SharedShape {
    Check.argument(
        lambda >= 0 && lambda < Double.POSITIVE_INFINITY,
        "Cannot train shared codebooks with bits worth an error of %s: it must be finite and not"
            + " negative. Use 0.05.",
        lambda);
  }
}
