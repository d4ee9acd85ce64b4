package org.zoopress.method.lowranksparse;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.SparseIndices;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.scalar.ScalarFactors;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Low rank + sparse of one weight, which may lie on a quantized base.
 *
 * <pre>
 *   byte     1 if the matrix is (O·kh)×(I·kw) instead of O×(I·kh·kw); + 2 if there is a base
 *   float32  scale of what L and S restore
 *   varint   r; varint c
 *   factor   if r &gt; 0, A, r×m: row k is ‖b_k‖ times column k of U       ({@link FactorCoder})
 *   factor   if r &gt; 0, B, r×n: row k is row k of V                        ({@link FactorCoder})
 *   stream   if c &gt; 0, places in the row-major tensor                ({@link SparseIndices})
 *   factor   if c &gt; 0, values at the places, 1×c                       ({@link FactorCoder})
 *   factors  the base, as {@link ScalarFactors} says </pre>
 *
 * All but the first three stand behind their length as a varint. Restored: base + scale · (Σ_k a_k
 * b_kᵀ/‖b_k‖ + S). Both rows of a component have its whole weight, so that an error of any stored
 * number counts the same and one quantization step serves all.
 */
public final class LowRankSparseFactors implements Factors {
  private static final int BASE_FLAG = 2;

  private final String operatingPoint;
  private final MatrixForm.Grid grid;
  private final Sections sections;
  private final Optional<ScalarFactors> base;

  /**
   * L and S in stored form.
   *
   * @param scale of both
   * @param rank r
   * @param lowRank A and B, one behind the other; empty if r = 0
   * @param entries c
   * @param sparse places and values, one behind the other; empty if c = 0
   */
  record Sections(float scale, int rank, byte[] lowRank, int entries, byte[] sparse) {}

  LowRankSparseFactors(
      String operatingPoint,
      MatrixForm.Grid grid,
      Sections sections,
      Optional<ScalarFactors> base) {
    this.operatingPoint = operatingPoint;
    this.grid = grid;
    this.sections = sections;
    this.base = base;
  }

  @Override
  public MethodId method() {
    return MethodId.LOW_RANK_SPARSE;
  }

  /** As asked for where the factors were solved; rank and entries where they were read. */
  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  /** r. */
  public int rank() {
    return sections.rank();
  }

  /** c. */
  public int cardinality() {
    return sections.entries();
  }

  /** Numbers in U, V and S: r(m + n) + c. */
  public long parameters() {
    return (long) rank() * (grid.rows() + grid.columns()) + cardinality();
  }

  /** Bytes of the places of S as stored. */
  int placeBytes() {
    if (sections.entries() == 0) {
      return 0;
    }
    return new ByteReader(sections.sparse()).readBlob().length;
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(grid.form().code() | (base.isPresent() ? BASE_FLAG : 0));
    out.writeFloat(sections.scale());
    out.writeVarint(rank());
    out.writeVarint(cardinality());
    if (rank() > 0) {
      out.writeBlob(sections.lowRank());
    }
    if (cardinality() > 0) {
      out.writeBlob(sections.sparse());
    }
    base.ifPresent(
        factors -> {
          ByteWriter blob = new ByteWriter();
          factors.write(blob);
          out.writeBlob(blob.toByteArray());
        });
  }

  static LowRankSparseFactors read(ByteReader in, Shape shape) {
    int head = in.readByte();
    if (head > 3) {
      throw new CorruptDataException("unknown form %d of low rank + sparse".formatted(head));
    }
    MatrixForm.Grid grid = MatrixForm.ofCode(head & 1).grid(shape);
    float scale = in.readFloat();
    if (!(scale >= 0) || scale == Float.POSITIVE_INFINITY) {
      throw new CorruptDataException("scale of low rank + sparse is " + scale);
    }
    int rank = in.readVarint(Math.min(grid.rows(), grid.columns()), "rank");
    int entries = in.readVarint(Math.toIntExact(shape.elements()), "number of sparse entries");
    byte[] lowRank = rank > 0 ? in.readBlob() : new byte[0];
    byte[] sparse = entries > 0 ? in.readBlob() : new byte[0];
    Optional<ScalarFactors> base =
        (head & BASE_FLAG) == 0 ? Optional.empty() : Optional.of(readBase(in, shape));
    String label = "rank=%d entries=%d".formatted(rank, entries);
    return new LowRankSparseFactors(
        label, grid, new Sections(scale, rank, lowRank, entries, sparse), base);
  }

  private static ScalarFactors readBase(ByteReader in, Shape shape) {
    ByteReader blob = new ByteReader(in.readBlob());
    ScalarFactors base = new ScalarMethod().read(blob, List.of(shape));
    blob.expectEnd();
    return base;
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    double[] sum = new double[Math.multiplyExact(grid.rows(), grid.columns())];
    addLowRank(sum);
    addSparse(sum);
    float[] values =
        base.map(factors -> DType.F32.toFloats(factors.restore(0, DType.F32)))
            .orElseGet(() -> new float[sum.length]);
    for (int place = 0; place < sum.length; place++) {
      values[place] = (float) (values[place] + sections.scale() * sum[place]);
    }
    return RestoredValues.bytes(values, dtype);
  }

  private void addLowRank(double[] sum) {
    if (rank() == 0) {
      return;
    }
    int rows = grid.rows();
    int columns = grid.columns();
    ByteReader in = new ByteReader(sections.lowRank());
    float[] a = FactorCoder.read(in, rank(), rows);
    float[] b = FactorCoder.read(in, rank(), columns);
    in.expectEnd();
    double[] norms = rowNorms(b, rank(), columns);
    double[] line = new double[columns];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(line, 0);
      for (int k = 0; k < rank(); k++) {
        double weight = norms[k] == 0 ? 0 : a[k * rows + row] / norms[k];
        for (int column = 0; column < columns; column++) {
          line[column] += weight * b[k * columns + column];
        }
      }
      for (int column = 0; column < columns; column++) {
        sum[grid.place(row, column)] += line[column];
      }
    }
  }

  /** ‖b_k‖ of each row, as restoring divides by them. */
  static double[] rowNorms(float[] b, int rank, int columns) {
    double[] norms = new double[rank];
    for (int k = 0; k < rank; k++) {
      double sum = 0;
      for (int column = 0; column < columns; column++) {
        double value = b[k * columns + column];
        sum += value * value;
      }
      norms[k] = Math.sqrt(sum);
    }
    return norms;
  }

  private void addSparse(double[] sum) {
    if (cardinality() == 0) {
      return;
    }
    ByteReader in = new ByteReader(sections.sparse());
    int[] places = SparseIndices.decode(in, cardinality(), sum.length);
    float[] values = FactorCoder.read(in, 1, cardinality());
    in.expectEnd();
    for (int i = 0; i < places.length; i++) {
      sum[places[i]] += values[i];
    }
  }

  /**
   * Two bytes for each number of U, V and S and none for places, as the paper counts; −1 on a
   * quantized base, which it has not.
   */
  @Override
  public long paperBytes() {
    return base.isPresent() ? -1 : 2 * parameters();
  }
}
