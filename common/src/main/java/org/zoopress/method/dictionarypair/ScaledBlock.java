package org.zoopress.method.dictionarypair;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.Matrices;

/**
 * A block at unit scale.
 *
 * @param unit X/scale, m×n, mean square 1; all zeros if the block is
 * @param scale root mean square of the block, rounded to float32 as it is stored; 0 for a block of
 *     zeros
 */
record ScaledBlock(DenseMatrix unit, float scale) {
  /** Takes the matrix over and scales it in place. */
  static ScaledBlock of(DenseMatrix block) {
    double[] values = block.values();
    double meanSquare = Matrices.squaredNorm(block) / values.length;
    if (meanSquare == 0) {
      return new ScaledBlock(block, 0);
    }
    float scale = Math.max(Float.MIN_VALUE, (float) Math.sqrt(meanSquare));
    for (int i = 0; i < values.length; i++) {
      values[i] /= scale;
    }
    return new ScaledBlock(block, scale);
  }

  boolean isZero() {
    return scale == 0;
  }

  int rows() {
    return unit.numRows();
  }

  int columns() {
    return unit.numCols();
  }

  /** Turns a squared error or energy of the unit block into one of the block. */
  double unscaled(double energy) {
    return energy * scale * scale;
  }

  double energy() {
    return unscaled(Matrices.squaredNorm(unit));
  }
}
