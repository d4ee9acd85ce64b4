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
   * The shapes that are on or next to the hull of error over total bytes on the convolutions of
   * ResNet-20, -32 and -56, see BENCHMARKS: the first from 1.5 to 3 bits a weight, the second
   * below. With d = 16 and M = 6 or 8 the error is 4 % less at equal bits, for four times the time
   * and the codebook.
   */
  public static final List<SharedShape> LADDER =
      List.of(
          new SharedShape(new CodeShape(4, 256, 8), 0.05),
          new SharedShape(new CodeShape(2, 256, 8), 0.25));

  /** Checks the range. */
  public SharedShape {
    Check.argument(
        lambda >= 0 && lambda < Double.POSITIVE_INFINITY,
        "Cannot train shared codebooks with bits worth an error of %s: it must be finite and not"
            + " negative. Use 0.05.",
        lambda);
  }
}
