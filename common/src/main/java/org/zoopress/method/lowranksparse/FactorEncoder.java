package org.zoopress.method.lowranksparse;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.SparseIndices;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Transpose;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.method.RefittedStep;
import org.zoopress.method.lowranksparse.LowRankSparseFactors.Sections;

/**
 * Rounds a decomposition, each part after the one before: V, then the U that fits the rounded V
 * best, then the S that fits both, so that S takes back what rounding L did at its places.
 */
final class FactorEncoder {
  /** Against rounded rows that have become parallel; its bias is far below float32. */
  private static final double RIDGE = 1e-9;

  private final LinearAlgebra algebra;
  private final MatrixForm.Grid grid;
  private final DenseMatrix w;
  private final float scale;
  private final Metric metric;

  /**
   * @param w the matrix at unit scale
   * @param scale what it was divided by
   * @param metric in which U and S are fitted
   */
  FactorEncoder(
      LinearAlgebra algebra, MatrixForm.Grid grid, DenseMatrix w, float scale, Metric metric) {
    this.algebra = algebra;
    this.grid = grid;
    this.w = w;
    this.scale = scale;
    this.metric = metric;
  }

  /**
   * @param selection chooses the entries of S once L is rounded
   * @param step for {@link FactorType#INTEGER}, in units of {@code w}
   */
  Sections encode(Decomposition decomposition, SparseStep selection, FactorType type, double step) {
    DenseMatrix rest = Matrices.copy(w);
    byte[] lowRank = new byte[0];
    int rank = 0;
    float[] v = rowMajor(decomposition.v());
    double stepB = RefittedStep.of(v, grid.columns(), step);
    float[] b = withoutVanishing(v, grid.columns(), type, stepB);
    if (b.length > 0) {
      rank = b.length / grid.columns();
      ByteWriter out = new ByteWriter();
      byte[] storedB = stored(b, rank, grid.columns(), type, stepB);
      DenseMatrix directions = directions(restored(storedB, rank, grid.columns()), rank);
      DenseMatrix r = Matrices.copy(w);
      decomposition.sparse().addTo(r.values(), -1);
      byte[] storedA = stored(rowMajor(fitted(r, directions)), rank, grid.rows(), type, step);
      out.writeBytes(storedA);
      out.writeBytes(storedB);
      lowRank = out.toByteArray();
      DenseMatrix a =
          new DenseMatrix(grid.rows(), rank, doubles(restored(storedA, rank, grid.rows())));
      algebra.gemm(-1, Transpose.NO, a, Transpose.NO, directions, 1, rest);
    }
    SparseEntries s = selection.fit(rest.values(), decomposition.sparse());
    if (type == FactorType.INTEGER) {
      s = metric.rounded(rest, s, (float) step);
    }
    return sparse(lowRank, rank, withoutVanishing(s, type, step), type, step);
  }

  private static byte[] stored(
      float[] values, int rows, int columns, FactorType type, double step) {
    ByteWriter out = new ByteWriter();
    FactorCoder.write(out, values, rows, columns, type, step);
    return out.toByteArray();
  }

  private static float[] restored(byte[] stored, int rows, int columns) {
    return FactorCoder.read(new ByteReader(stored), rows, columns);
  }

  /** The rows of B at unit length, r×n. */
  private DenseMatrix directions(float[] b, int rank) {
    int columns = grid.columns();
    double[] norms = LowRankSparseFactors.rowNorms(b, rank, columns);
    double[] values = doubles(b);
    for (int i = 0; i < values.length; i++) {
      double norm = norms[i / columns];
      values[i] = norm == 0 ? 0 : values[i] / norm;
    }
    return new DenseMatrix(rank, columns, values, true);
  }

  /** Aᵀ of the A that minimises ‖(R − AᵀD)H^½‖²: (DHDᵀ)⁻¹DHRᵀ, r×m. */
  private DenseMatrix fitted(DenseMatrix r, DenseMatrix directions) {
    DenseMatrix system = metric.gram(directions);
    Matrices.addToDiagonal(system, RIDGE);
    DenseMatrix right = algebra.multiply(Transpose.NO, metric.times(directions), Transpose.YES, r);
    return algebra.solve(algebra.cholesky(system), right);
  }

  /** Whether a number is stored as zero. */
  private static boolean vanishes(float value, FactorType type, double step) {
    return type == FactorType.INTEGER ? FactorCoder.level(value, step) == 0 : value == 0;
  }

  /** Leaves out rows of zeros: they hold no direction. */
  private static float[] withoutVanishing(float[] rows, int columns, FactorType type, double step) {
    float[] kept = new float[rows.length];
    int length = 0;
    for (int row = 0; row < rows.length; row += columns) {
      float largest = 0;
      for (int c = row; c < row + columns; c++) {
        largest = Math.max(largest, Math.abs(rows[c]));
      }
      if (!vanishes(largest, type, step)) {
        System.arraycopy(rows, row, kept, length, columns);
        length += columns;
      }
    }
    return Arrays.copyOf(kept, length);
  }

  /** Leaves out entries of zero: their places would cost bytes. */
  private static SparseEntries withoutVanishing(SparseEntries s, FactorType type, double step) {
    int[] positions = new int[s.count()];
    double[] values = new double[s.count()];
    int count = 0;
    for (int i = 0; i < positions.length; i++) {
      if (!vanishes((float) s.values()[i], type, step)) {
        positions[count] = s.positions()[i];
        values[count] = s.values()[i];
        count++;
      }
    }
    return new SparseEntries(Arrays.copyOf(positions, count), Arrays.copyOf(values, count));
  }

  private Sections sparse(byte[] lowRank, int rank, SparseEntries s, FactorType type, double step) {
    if (s.count() == 0) {
      return new Sections(scale, rank, lowRank, 0, new byte[0]);
    }
    // Places of the tensor in the high half, so that sorting brings the values along.
    long[] order = new long[s.count()];
    int rows = grid.rows();
    for (int i = 0; i < order.length; i++) {
      int position = s.positions()[i];
      order[i] = (long) grid.place(position % rows, position / rows) << 32 | i;
    }
    Arrays.sort(order);
    int[] places = new int[order.length];
    float[] values = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      places[i] = (int) (order[i] >>> 32);
      values[i] = (float) s.values()[(int) order[i]];
    }
    ByteWriter out = new ByteWriter();
    SparseIndices.encode(out, places, rows * grid.columns());
    FactorCoder.write(out, values, 1, values.length, type, step);
    return new Sections(scale, rank, lowRank, places.length, out.toByteArray());
  }

  private static float[] rowMajor(DenseMatrix matrix) {
    double[] values = Matrices.copyOfValues(matrix.transpose());
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
