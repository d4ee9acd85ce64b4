package org.zoopress.method.additive;

import java.io.Serializable;

/**
 * Σ xxᵀ over vectors of d numbers at unit scale: what {@link CodebookGroups} needs of a layer.
 * Exact sums ({@link FixedPoint}): merging is associative and commutative to the bit. Each product
 * is off by 2⁻¹⁶ at most.
 */
public final class MomentSums implements Serializable {
  private static final long serialVersionUID = 1;

  private final int dimension;
  private final long[] products; // Σ x_a x_b for b ≤ a, row by row
  private long vectors;

  /** No vectors yet. */
  public MomentSums(int dimension) {
    this.dimension = dimension;
    this.products = new long[dimension * (dimension + 1) / 2];
  }

  /**
   * Adds vectors, and returns these sums.
   *
   * @param block n×d
   */
  public MomentSums add(float[] block) {
    for (int from = 0; from < block.length; from += dimension) {
      int j = 0;
      for (int a = 0; a < dimension; a++) {
        double x = block[from + a];
        for (int b = 0; b <= a; b++) {
          products[j++] += FixedPoint.product(x, block[from + b]);
        }
      }
    }
    vectors = FixedPoint.counted(vectors + block.length / dimension);
    return this;
  }

  /** Adds the sums of other vectors to these, and returns these. */
  public MomentSums merge(MomentSums other) {
    for (int j = 0; j < products.length; j++) {
      products[j] += other.products[j];
    }
    vectors = FixedPoint.counted(vectors + other.vectors);
    return this;
  }

  /** Number of vectors. */
  public long vectors() {
    return vectors;
  }

  /**
   * The layer that these vectors were drawn from; there must be one at least.
   *
   * @param kernelSize kh·kw; 1 for matrices
   * @param all how many vectors it has, sampled or not
   */
  public CodebookGroups.Layer layer(int kernelSize, long all) {
    double[] moments = new double[dimension * dimension];
    int j = 0;
    for (int a = 0; a < dimension; a++) {
      for (int b = 0; b <= a; b++) {
        double mean = FixedPoint.squareValue(products[j++]) / vectors;
        moments[a * dimension + b] = mean;
        moments[b * dimension + a] = mean;
      }
    }
    return new CodebookGroups.Layer(kernelSize, moments, all);
  }
}
