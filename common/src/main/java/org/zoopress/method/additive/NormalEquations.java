package org.zoopress.method.additive;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * The codebooks that fit given codes best: with B the n×MK matrix that has a one for each code,
 *
 * <pre>  min over C of ‖X − BC‖² + ρ‖C‖²,     (BᵀB + ρI) C = BᵀX </pre>
 *
 * <p>BᵀB (counts of codes and of pairs of codes) and BᵀX are sums over vectors: blocks add theirs
 * by themselves and are merged. Counts are exact whatever the order; BᵀX is a sum in double, so
 * equal bits need equal blocks merged in equal order.
 *
 * <p>BᵀB is singular: a vector added to all words of one codebook and taken off all words of
 * another changes no sum. ρ makes the solution unique, and that with the smallest codewords.
 *
 * @see <a href="https://doi.org/10.1007/978-3-319-46475-6_9">Martinez et al., ECCV 2016</a>; the
 *     regularised form is that of LSQ++, ECCV 2018
 */
public final class NormalEquations {
  /** ρ of LSQ++; one thousandth of a single occurrence would change nothing that shows. */
  public static final double REGULARISATION = 1e-4;

  private final CodeShape shape;
  private final double[] gram; // BᵀB, MK×MK; the lower triangle in column-major order
  private final double[] moments; // BᵀX, MK×d row-major

  /** No vectors yet. */
  public NormalEquations(CodeShape shape) {
    this.shape = shape;
    this.gram = new double[shape.totalCodewords() * shape.totalCodewords()];
    this.moments = new double[shape.values()];
  }

  /**
   * Adds vectors with their codes, in order.
   *
   * @param vectors n×d
   * @param codes n×M
   */
  public void add(float[] vectors, byte[] codes) {
    int books = shape.codebooks();
    int size = shape.totalCodewords();
    int d = shape.dimension();
    int[] words = new int[books];
    for (int i = 0; i < codes.length / books; i++) {
      for (int m = 0; m < books; m++) {
        words[m] = m * shape.codewords() + (codes[i * books + m] & 0xFF);
        for (int l = 0; l <= m; l++) {
          gram[words[l] * size + words[m]]++;
        }
        for (int j = 0; j < d; j++) {
          moments[words[m] * d + j] += vectors[i * d + j];
        }
      }
    }
  }

  /** Adds the sums of another block. */
  public void merge(NormalEquations other) {
    if (!other.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "sums of %s cannot be added to sums of %s".formatted(other.shape, shape));
    }
    addTo(gram, other.gram);
    addTo(moments, other.moments);
  }

  private static void addTo(double[] sums, double[] other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other[i];
    }
  }

  /**
   * Codebooks of least error for the codes that were added; a codeword that no vector has is zero.
   */
  public Codebooks solve(LinearAlgebra algebra) {
    int size = shape.totalCodewords();
    int d = shape.dimension();
    DenseMatrix regularised = new DenseMatrix(size, size, gram.clone());
    Matrices.addToDiagonal(regularised, REGULARISATION);
    DenseMatrix right = Matrices.copy(new DenseMatrix(d, size, moments).transpose());
    double[] solution = algebra.solve(algebra.cholesky(regularised), right).values();
    float[] values = new float[shape.values()];
    for (int word = 0; word < size; word++) {
      for (int j = 0; j < d; j++) {
        values[word * d + j] = (float) solution[j * size + word];
      }
    }
    return new Codebooks(shape, values);
  }

  /** How often each codeword occurs, M·K counts. */
  public long[] occurrences() {
    int size = shape.totalCodewords();
    long[] counts = new long[size];
    for (int word = 0; word < size; word++) {
      counts[word] = (long) gram[word * size + word];
    }
    return counts;
  }
}
