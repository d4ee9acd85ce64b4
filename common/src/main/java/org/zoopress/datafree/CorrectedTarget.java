package org.zoopress.datafree;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * Weights that answer to the compressed network's inputs as the original layer does to the
 * original's.
 *
 * <pre>  T = W + α · D (H + r I)⁻¹,    r = {@value #RIDGE} · mean of the diagonal of H</pre>
 *
 * With α = 1 and r = 0 these are the least-squares weights W C H⁻¹ (D = W C − W H, C the moment of
 * the original's with the compressed inputs). The whole way does worse than half of it: what the
 * probes lack is in the answer too.
 */
final class CorrectedTarget {
  private static final double RIDGE = 0.1;

  private CorrectedTarget() {}

  /**
   * @param weight W, (O, n) row-major, all groups
   * @param share α
   * @return T in the same layout; W itself where H is zero
   */
  static float[] of(float[] weight, InputMoments moments, double share) {
    float[] target = weight.clone();
    if (share == 0) {
      return target;
    }
    LinearAlgebra algebra = LinearAlgebra.get();
    int groups = moments.gram().length;
    int size = weight.length / groups;
    for (int g = 0; g < groups; g++) {
      double[] h = moments.gram()[g];
      int n = (int) Math.round(Math.sqrt(h.length));
      double trace = 0;
      for (int i = 0; i < n; i++) {
        trace += h[i * n + i];
      }
      if (!(trace > 0)) {
        continue;
      }
      DenseMatrix ridged = new DenseMatrix(n, n, h.clone());
      Matrices.addToDiagonal(ridged, RIDGE * trace / n);
      // D is row-major O×n, which is Dᵀ column-major: the right-hand sides as they are needed.
      DenseMatrix lacking = new DenseMatrix(n, size / n, moments.drift()[g]);
      double[] move = algebra.solve(algebra.cholesky(ridged), lacking).values();
      for (int i = 0; i < size; i++) {
        target[g * size + i] += (float) (share * move[i]);
      }
    }
    return target;
  }
}
