package org.zoopress.method.tensortrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteWriter;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.method.RefittedStep;

/**
 * Rounds the cores of a chain from the last to the first, each one fitted by least squares to those
 * that are rounded already, so that the error of a rounding is taken back as far as the cores to
 * its left can.
 */
final class ChainEncoder {
  /** Against rounded rows that have become parallel; its bias is far below float32. */
  private static final double RIDGE = 1e-7;

  private final LinearAlgebra algebra;

  ChainEncoder(LinearAlgebra algebra) {
    this.algebra = algebra;
  }

  /**
   * @param scale factor of the decomposed tensor
   * @param theta squared error of one number in the units of the chain; for {@link
   *     FactorType#INTEGER} only
   */
  StoredCores encode(CoreChain chain, float scale, FactorType type, double theta) {
    int[] modes = chain.modes();
    if (chain.cores().isEmpty()) {
      return StoredCores.zeros(modes);
    }
    double step = Math.sqrt(12 * theta);
    int[] ranks = chain.ranks().clone();
    LinkedList<byte[]> stored = new LinkedList<>();
    // With L_k the exact cores up to k and R_k the rounded ones after it: cross = (exact cores
    // after
    // k)·R_kᵀ and gram = R_k·R_kᵀ, so L_k·cross·gram⁻¹·R_k is the best fit to the chain.
    DenseMatrix cross = Matrices.identity(1);
    DenseMatrix gram = Matrices.identity(1);
    for (int k = modes.length - 1; k > 0; k--) {
      int columns = modes[k] * gram.numRows();
      double[] exact = chain.cores().get(k);
      float[] values = fitted(exact, cross, gram);
      double refitted = RefittedStep.of(values, columns, step);
      float[] kept = withoutVanishing(values, columns, type, refitted);
      if (kept.length == 0) {
        return StoredCores.zeros(modes);
      }
      ranks[k - 1] = kept.length / columns;
      byte[] bytes = encode(kept, ranks[k - 1], columns, type, refitted);
      stored.addFirst(bytes);
      double[] unit = unitRows(bytes, ranks[k - 1], columns);
      DenseMatrix rows = new DenseMatrix(columns, ranks[k - 1], unit);
      cross = product(times(cross, exact), columns, rows);
      gram = product(times(gram, unit), columns, rows);
      Matrices.addToDiagonal(gram, RIDGE);
    }
    float[] first = transposed(fitted(chain.cores().get(0), cross, gram), ranks[0]);
    stored.addFirst(encode(first, ranks[0], modes[0], type, step));
    return new StoredCores(modes, ranks, scale, new ArrayList<>(stored));
  }

  /** Row-major (…×r)·cross·gram⁻¹ of a row-major core. */
  private float[] fitted(double[] core, DenseMatrix cross, DenseMatrix gram) {
    DenseMatrix fit = algebra.solve(algebra.cholesky(gram), cross.transpose());
    DenseMatrix left = new DenseMatrix(cross.numRows(), core.length / cross.numRows(), core);
    return floats(algebra.multiply(Transpose.NO, fit, Transpose.NO, left).values());
  }

  /** Row-major (…×r)·M of a row-major core and an r×r' matrix. */
  private double[] times(DenseMatrix matrix, double[] core) {
    DenseMatrix left = new DenseMatrix(matrix.numRows(), core.length / matrix.numRows(), core);
    return algebra.multiply(Transpose.YES, matrix, Transpose.NO, left).values();
  }

  /** A·Bᵀ of row-major A and B, the latter given as its transpose. */
  private DenseMatrix product(double[] a, int columns, DenseMatrix transposedB) {
    DenseMatrix transposedA = new DenseMatrix(columns, a.length / columns, a);
    return algebra.multiply(Transpose.YES, transposedA, Transpose.NO, transposedB);
  }

  private static byte[] encode(
      float[] values, int rows, int columns, FactorType type, double step) {
    ByteWriter out = new ByteWriter();
    FactorCoder.write(out, values, rows, columns, type, step);
    return out.toByteArray();
  }

  private static double[] unitRows(byte[] stored, int rows, int columns) {
    float[] unit = StoredCores.unitRows(StoredCores.decode(stored, rows, columns), rows);
    double[] values = new double[unit.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = unit[i];
    }
    return values;
  }

  /** Leaves out the rows that are, or round to, nothing: they hold no direction. */
  private static float[] withoutVanishing(
      float[] values, int columns, FactorType type, double step) {
    float[] kept = new float[values.length];
    int length = 0;
    for (int row = 0; row < values.length; row += columns) {
      float largest = 0;
      for (int c = row; c < row + columns; c++) {
        largest = Math.max(largest, Math.abs(values[c]));
      }
      boolean vanishes =
          type == FactorType.INTEGER ? FactorCoder.level(largest, step) == 0 : largest == 0;
      if (!vanishes) {
        System.arraycopy(values, row, kept, length, columns);
        length += columns;
      }
    }
    return Arrays.copyOf(kept, length);
  }

  private static float[] transposed(float[] values, int columns) {
    int rows = values.length / columns;
    float[] transposed = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = values[i * columns + j];
      }
    }
    return transposed;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
