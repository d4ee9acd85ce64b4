package org.zoopress.method.additive;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
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
   * Shapes that together serve layers of unlike magnitude at one worth of a bit: the first from
   * about 1.4 to 2.8 bits a weight, the second below that, the third above; which of them are
   * stored is decided by what they save.
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

  /** Entropy-coded codes take about so much of M log₂ K bits: 0.67 to 0.8 in {@link #LADDER}. */
  private static final double CODED = 0.7;

  /** With the λ that goes with the rate of such codes: 2 ln 2 · 2^(−2R) at R bits a number. */
  public static SharedShape of(CodeShape codes) {
    double rate = CODED * codes.codebooks() * codes.bitsPerCode() / codes.dimension();
    double lambda = 2 * Math.log(2) * Math.pow(2, -2 * rate);
    // Two digits: the text of a setting says all of it.
    return new SharedShape(codes, new BigDecimal(lambda).round(new MathContext(2)).doubleValue());
  }

  /** Checks the range. */
  public SharedShape {
    Check.argument(
        lambda >= 0 && lambda < Double.POSITIVE_INFINITY,
        "Cannot train shared codebooks with bits worth an error of %s: it must be finite and not"
            + " negative. Use 0.05.",
        lambda);
  }
}
