package org.zoopress.method.secondorder;

import org.zoopress.tensor.Shape;

/**
 * One layer to quantize: weights that come near to a target where the inputs of the layer are
 * strong.
 *
 * <p>The error is Σ_g tr(ΔW_g · H_g · ΔW_gᵀ), the squared error of the outputs summed over them.
 *
 * @param shape of the weight, (O, I/groups, kh, kw) or (O, I)
 * @param groups g; outputs and inputs of a group share nothing with those of another
 * @param target O×n, row-major, columns in the order of the stored kernel; finite
 * @param gram second moments H of the inputs, n×n, row-major, one matrix a group; symmetric,
 *     positive semidefinite, finite
 */
public record LayerProblem(Shape shape, int groups, float[] target, double[][] gram) {
  /** Checks the sizes. */
  public LayerProblem {
    if (shape.rank() < 1 || shape.elements() == 0 || shape.elements() != target.length) {
      throw new IllegalArgumentException("%d weights of %s".formatted(target.length, shape));
    }
    if (groups < 1 || gram.length != groups || shape.rows() % groups != 0) {
      throw new IllegalArgumentException(
          "%d moments of %d groups of %s".formatted(gram.length, groups, shape));
    }
    long n = shape.rowElements();
    for (double[] moments : gram) {
      if (moments.length != n * n) {
        throw new IllegalArgumentException(
            "%d second moments of %d inputs".formatted(moments.length, n));
      }
    }
  }

  /** Outputs O. */
  public int outputs() {
    return Math.toIntExact(shape.rows());
  }

  /** Inputs n of an output. */
  public int columns() {
    return Math.toIntExact(shape.rowElements());
  }

  /** A target where all inputs are alike: the error is that of the weights. */
  public static LayerProblem ofWeights(Shape shape, float[] target) {
    int n = Math.toIntExact(shape.rowElements());
    double[] identity = new double[Math.multiplyExact(n, n)];
    for (int i = 0; i < n; i++) {
      identity[i * n + i] = 1;
    }
    return new LayerProblem(shape, 1, target, new double[][] {identity});
  }
}
