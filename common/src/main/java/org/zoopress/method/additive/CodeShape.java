package org.zoopress.method.additive;

import java.io.Serializable;
import org.zoopress.error.Check;

/**
 * Sizes of an additive code: a vector of d numbers takes M codes of log₂ K bits.
 *
 * @param codebooks M, 1 to 8
 * @param codewords K of each codebook; a power of two, 2 to 256, so that a code is a byte
 * @param dimension d, 1 to 64
 */
public record CodeShape(int codebooks, int codewords, int dimension) implements Serializable {
  /** Largest M: the normal equations have M·K unknowns a dimension. */
  public static final int MOST_CODEBOOKS = 8;

  /** Largest K. */
  public static final int MOST_CODEWORDS = 256;

  /** Largest d. */
  public static final int LARGEST_DIMENSION = 64;

  /** Checks the ranges. */
  public CodeShape {
    Check.argument(
        codebooks >= 1 && codebooks <= MOST_CODEBOOKS,
        "Cannot use additive.codebooks=%s: it must be from 1 to %s. Choose for instance 2.",
        codebooks,
        MOST_CODEBOOKS);
    Check.argument(
        codewords >= 2 && codewords <= MOST_CODEWORDS && Integer.bitCount(codewords) == 1,
        "Cannot use additive.codewords=%s: it must be a power of two from 2 to %s. Choose for"
            + " instance 256.",
        codewords,
        MOST_CODEWORDS);
    Check.argument(
        dimension >= 1 && dimension <= LARGEST_DIMENSION,
        "Cannot use additive.dimension=%s: it must be from 1 to %s. Choose for instance 8.",
        dimension,
        LARGEST_DIMENSION);
  }

  /** M·K, the number of codewords of all codebooks. */
  public int totalCodewords() {
    return codebooks * codewords;
  }

  /** M·K·d, the number of values of all codebooks. */
  public int values() {
    return totalCodewords() * dimension;
  }

  /** log₂ K. */
  public int bitsPerCode() {
    return Integer.numberOfTrailingZeros(codewords);
  }
}
