package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;

/**
 * The codebooks that fit given codes best: with B the n×MK matrix that has a one for each code,
 *
 * <pre>  min over C of ‖X − BC‖² + ρ‖C‖²,     (BᵀB + ρI) C = BᵀX </pre>
 *
 * <p>BᵀB (counts of codes and of pairs of codes) and BᵀX are sums over vectors: blocks add theirs
 * by themselves and are merged. Both are sums of integers, the second in fixed point ({@link
 * FixedPoint}), so that blocks may be merged in any order and grouping and give the same bits.
 *
 * <p>BᵀB is singular: a vector added to all words of one codebook and taken off all words of
 * another changes no sum. ρ makes the solution unique, and that with the smallest codewords.
 *
 * @see <a href="https://doi.org/10.1007/978-3-319-46475-6_9">Martinez et al., ECCV 2016</a>; the
 *     regularised form is that of LSQ++, ECCV 2018
 */
public final class NormalEquations implements Serializable {
  /** ρ of LSQ++; one thousandth of a single occurrence would change nothing that shows. */
  public static final double REGULARISATION = 1e-4;

  private static final long serialVersionUID = 1;

  private final CodeShape shape;
  private final int[] occurrences; // M·K
  private final int[] pairs; // for each pair of codebooks l < m a block K×K, by the word of l
  private final long[] moments; // BᵀX, MK×d row-major, in fixed point

  /** No vectors yet. */
  public NormalEquations(CodeShape shape) {
    int words = shape.codewords();
    this.shape = shape;
    this.occurrences = new int[shape.totalCodewords()];
    this.pairs = new int[shape.codebooks() * (shape.codebooks() - 1) / 2 * words * words];
    this.moments = new long[shape.values()];
  }

  /**
   * Adds vectors with their codes.
   *
   * @param vectors n×d, of about unit variance; see {@link FixedPoint} for the bounds
   * @param codes n×M
   */
  public void add(float[] vectors, byte[] codes) {
    int books = shape.codebooks();
    int d = shape.dimension();
    int[] words = new int[books];
    long[] fixed = new long[d];
    for (int i = 0; i < codes.length / books; i++) {
      for (int j = 0; j < d; j++) {
        fixed[j] = FixedPoint.of(vectors[i * d + j]);
      }
      for (int m = 0; m < books; m++) {
        words[m] = codes[i * books + m] & 0xFF;
        int word = m * shape.codewords() + words[m];
        occurrences[word]++;
        for (int l = 0; l < m; l++) {
          pairs[pair(l, words[l], m, words[m])]++;
        }
        for (int j = 0; j < d; j++) {
          moments[word * d + j] += fixed[j];
        }
      }
    }
  }

  /** Where the count of two words of the codebooks l &lt; m lies. */
  private int pair(int l, int wordOfL, int m, int wordOfM) {
    int block = m * (m - 1) / 2 + l;
    return (block * shape.codewords() + wordOfL) * shape.codewords() + wordOfM;
  }

  /** Adds the sums of another block. */
  public void merge(NormalEquations other) {
    if (!other.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "sums of %s cannot be added to sums of %s".formatted(other.shape, shape));
    }
    addTo(occurrences, other.occurrences);
    addTo(pairs, other.pairs);
    for (int i = 0; i < moments.length; i++) {
      moments[i] += other.moments[i];
    }
  }

  private static void addTo(int[] sums, int[] other) {
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
    DenseMatrix regularised = new DenseMatrix(size, size, gram());
    Matrices.addToDiagonal(regularised, REGULARISATION);
    double[] right = new double[size * d];
    for (int word = 0; word < size; word++) {
      for (int j = 0; j < d; j++) {
        right[j * size + word] = FixedPoint.value(moments[word * d + j]);
      }
    }
    double[] solution =
        algebra.solve(algebra.cholesky(regularised), new DenseMatrix(size, d, right)).values();
    float[] values = new float[shape.values()];
    for (int word = 0; word < size; word++) {
      for (int j = 0; j < d; j++) {
        values[word * d + j] = (float) solution[j * size + word];
      }
    }
    return new Codebooks(shape, values);
  }

  /** BᵀB, MK×MK; the lower triangle in column-major order. */
  private double[] gram() {
    int size = shape.totalCodewords();
    int words = shape.codewords();
    double[] gram = new double[size * size];
    for (int word = 0; word < size; word++) {
      gram[word * size + word] = occurrences[word];
    }
    for (int m = 0; m < shape.codebooks(); m++) {
      for (int l = 0; l < m; l++) {
        for (int k = 0; k < words; k++) {
          for (int i = 0; i < words; i++) {
            gram[(l * words + k) * size + m * words + i] = pairs[pair(l, k, m, i)];
          }
        }
      }
    }
    return gram;
  }

  /** How often each codeword occurs, M·K counts. */
  public long[] occurrences() {
    return Arrays.stream(occurrences).asLongStream().toArray();
  }

  /** Bytes that the sums take where they are sent: the same for any number of vectors. */
  public long bytes() {
    return (long) Integer.BYTES * (occurrences.length + pairs.length)
        + (long) Long.BYTES * moments.length;
  }
}
