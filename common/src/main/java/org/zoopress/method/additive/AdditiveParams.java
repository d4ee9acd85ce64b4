package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.List;
import org.zoopress.error.Check;
import org.zoopress.method.FactorType;

/**
 * Settings of additive quantization; every number of codebooks is an operating point.
 *
 * @param codebooks M of each operating point, {@code log₂ K · M / d} bits a weight besides the
 *     codebooks; at least one, none twice
 * @param codewords largest K; a power of two, 16 to 256. A weight with few vectors gets fewer, so
 *     that codebooks never take more bytes than codes
 * @param dimension d, weights of a vector; 1 to 32. A filter that is no multiple is cut into equal
 *     vectors of about this length, see {@link SubVectors#balanced}
 * @param scale which weights share a scale
 * @param factorTypes how codebooks may be stored: of several the type of least D + λR is taken, at
 *     the slope λ of the codes; at least one
 * @param training of the codebooks
 * @param search of the codes that are stored
 */
public record AdditiveParams(
    List<Integer> codebooks,
    int codewords,
    int dimension,
    ScaleScope scale,
    List<FactorType> factorTypes,
    TrainingParams training,
    SearchParams search)
    implements Serializable {
  /** Fewer codewords are no better than scalar quantization. */
  public static final int FEWEST_CODEWORDS = 16;

  private static final int LARGEST_DIMENSION = 32;

  /** Two and three bits a weight. */
  public static final AdditiveParams DEFAULT =
      new AdditiveParams(
          List.of(2, 3),
          256,
          8,
          ScaleScope.PER_CHANNEL,
          List.of(FactorType.INTEGER),
          TrainingParams.DEFAULT,
          SearchParams.DEFAULT);

  /** Checks the ranges. */
  public AdditiveParams {
    codebooks = List.copyOf(codebooks);
    factorTypes = List.copyOf(factorTypes);
    Check.argument(
        !factorTypes.isEmpty(),
        "Cannot use additive.factors: there is no type. Choose among f32, f16, integer and auto.");
    Check.argument(
        !codebooks.isEmpty() && codebooks.stream().distinct().count() == codebooks.size(),
        "Cannot use additive.codebooks=%s: there must be at least one number, and none twice. Choose"
            + " for instance 2,3.",
        codebooks);
    Check.argument(
        codewords >= FEWEST_CODEWORDS,
        "Cannot use additive.codewords=%s: it must be at least %s. Choose for instance 256.",
        codewords,
        FEWEST_CODEWORDS);
    Check.argument(
        dimension <= LARGEST_DIMENSION,
        "Cannot use additive.dimension=%s: it must be at most %s. Choose for instance 8.",
        dimension,
        LARGEST_DIMENSION);
    for (int m : codebooks) {
      new CodeShape(m, codewords, dimension); // refuses what is out of range
    }
  }

  /** The same with other numbers of codebooks. */
  public AdditiveParams withCodebooks(Integer... others) {
    return new AdditiveParams(
        List.of(others), codewords, dimension, scale, factorTypes, training, search);
  }

  /** The same with at most so many codewords. */
  public AdditiveParams withCodewords(int other) {
    return new AdditiveParams(codebooks, other, dimension, scale, factorTypes, training, search);
  }

  /** The same with vectors of another length. */
  public AdditiveParams withDimension(int other) {
    return new AdditiveParams(codebooks, codewords, other, scale, factorTypes, training, search);
  }

  /** The same with another scope of the scale. */
  public AdditiveParams withScale(ScaleScope other) {
    return new AdditiveParams(
        codebooks, codewords, dimension, other, factorTypes, training, search);
  }

  /** The same with codebooks stored otherwise. */
  public AdditiveParams withFactorTypes(FactorType... others) {
    return new AdditiveParams(
        codebooks, codewords, dimension, scale, List.of(others), training, search);
  }

  /** The same with another training. */
  public AdditiveParams withTraining(TrainingParams other) {
    return new AdditiveParams(codebooks, codewords, dimension, scale, factorTypes, other, search);
  }
}
