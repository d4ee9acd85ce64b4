package org.zoopress.method.dictionarypair;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.method.RefittedStep;

/**
 * Rounds the factors of a block: first S, then the dictionary that fits the rounded S best, so that
 * the error of the first rounding is taken back as far as words can.
 */
final class BlockEncoder {
  /** Against rounded codes that have become parallel; its bias is far below float32. */
  private static final double RIDGE = 1e-7;

  private final LinearAlgebra algebra;

  BlockEncoder(LinearAlgebra algebra) {
    this.algebra = algebra;
  }

  /**
   * @param words leading words to use, at most as many as there are
   * @param theta squared error of one stored number in units of the weight; for {@link
   *     FactorType#INTEGER} only
   */
  BlockFactors encode(
      ScaledBlock block, BlockSolver.Words solved, int words, FactorType type, double theta) {
    if (words == 0 || block.isZero()) {
      return BlockFactors.zero(block.rows(), block.columns());
    }
    double step = Math.sqrt(12 * theta) / block.scale();
    DenseMatrix dictionary = Matrices.leadingColumns(solved.dictionary(), words);
    float[] exact =
        rowMajor(algebra.multiply(Transpose.YES, dictionary, Transpose.NO, block.unit()));
    double codeStep = RefittedStep.of(exact, block.columns(), step);
    if (type == FactorType.INTEGER) {
      exact = withoutVanishing(exact, block.columns(), codeStep);
    }
    int kept = exact.length / block.columns();
    if (kept == 0) {
      return BlockFactors.zero(block.rows(), block.columns());
    }
    byte[] stored = BlockFactors.encode(exact, kept, block.columns(), type, codeStep);
    float[] rounded = BlockFactors.decode(stored, kept, block.columns());
    float[] weighted = weightedDictionary(block.unit(), rounded, kept);
    return BlockFactors.of(
        block.rows(), block.columns(), kept, block.scale(), weighted, stored, type, step);
  }

  /**
   * Rows ‖ŝ_i‖·d_i of the D that minimises ‖X − DŜ‖²: with V the rows of Ŝ at unit length they are
   * the rows of (VVᵀ)⁻¹VXᵀ.
   */
  private float[] weightedDictionary(DenseMatrix unit, float[] rounded, int words) {
    int columns = unit.numCols();
    double[] directions = new double[rounded.length];
    for (int i = 0; i < words; i++) {
      double norm = BlockFactors.norm(rounded, i, columns);
      for (int c = i * columns; c < (i + 1) * columns; c++) {
        directions[c] = rounded[c] / norm;
      }
    }
    DenseMatrix v = new DenseMatrix(words, columns, directions, true);
    DenseMatrix system = algebra.outerGram(v);
    Matrices.addToDiagonal(system, RIDGE);
    DenseMatrix right = algebra.multiply(Transpose.NO, v, Transpose.YES, unit);
    return rowMajor(algebra.solve(algebra.cholesky(system), right));
  }

  /** Leaves out the rows that the step rounds to nothing: they hold no direction. */
  private static float[] withoutVanishing(float[] codes, int columns, double step) {
    float[] kept = new float[codes.length];
    int length = 0;
    for (int row = 0; row < codes.length; row += columns) {
      float largest = 0;
      for (int c = row; c < row + columns; c++) {
        largest = Math.max(largest, Math.abs(codes[c]));
      }
      if (FactorCoder.level(largest, step) != 0) {
        System.arraycopy(codes, row, kept, length, columns);
        length += columns;
      }
    }
    return Arrays.copyOf(kept, length);
  }

  private static float[] rowMajor(DenseMatrix a) {
    double[] values = Matrices.copyOfValues(a.transpose());
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
