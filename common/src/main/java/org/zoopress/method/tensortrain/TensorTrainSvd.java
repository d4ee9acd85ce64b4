package org.zoopress.method.tensortrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.Svd;
import org.zoopress.linalg.SymmetricEigen;

/**
 * TT-SVD: successive truncated singular value decompositions from left to right. The first one is
 * kept and serves all ranks; with two modes it is all there is.
 */
public final class TensorTrainSvd implements ChainSource {
  /**
   * Energies below this part of the largest are rounding noise of float32 weights: (2⁻²⁴)² of the
   * energy, spread over the singular values, is about 1e-15.
   */
  public static final double NEGLIGIBLE = 1e-13;

  private final LinearAlgebra algebra;
  private final int[] modes;
  private final double energy;
  private final double[] tensor;
  private final Split first;
  private final List<double[]> spectra = new ArrayList<>();

  /**
   * @param modes n_1 … n_d, at least two
   * @param tensor row-major, finite; not written to
   */
  public TensorTrainSvd(LinearAlgebra algebra, int[] modes, double[] tensor) {
    this.algebra = algebra;
    this.modes = modes.clone();
    this.tensor = tensor;
    this.first = split(new DenseMatrix(tensor.length / modes[0], modes[0], tensor));
    this.energy = Matrices.squaredNorm(new DenseMatrix(tensor.length, 1, tensor));
    spectra.add(Arrays.copyOf(first.energies(), first.rank()));
    int rows = modes[0];
    for (int k = 1; k < modes.length - 1; k++) {
      rows *= modes[k];
      spectra.add(spectrum(new DenseMatrix(tensor.length / rows, rows, tensor)));
    }
  }

  /**
   * A = U·C with orthonormal columns of U in the order of their energies.
   *
   * @param energies squared singular values of A, descending
   * @param left U, q×p column-major
   * @param right Cᵀ, column-major: C row-major
   */
  private record Split(double[] energies, DenseMatrix left, DenseMatrix right) {
    int rank() {
      return numericalRank(energies);
    }
  }

  /** Number of leading energies that are more than rounding noise. */
  public static int numericalRank(double[] energies) {
    int rank = 0;
    while (rank < energies.length
        && energies[rank] > 0
        && energies[rank] > NEGLIGIBLE * energies[0]) {
      rank++;
    }
    return rank;
  }

  /**
   * @param transposed Aᵀ, column-major: the row-major matrix A
   */
  private Split split(DenseMatrix transposed) {
    if (transposed.numCols() <= transposed.numRows()) {
      // Wide A: the eigenvectors of AAᵀ are several times cheaper than a decomposition of A, and
      // they are orthonormal whatever the condition of A.
      SymmetricEigen eigen = algebra.eigen(algebra.gram(transposed));
      DenseMatrix left = eigen.vectors();
      return new Split(eigen.values(), left, algebra.multiply(transposed, left));
    }
    // Tall A: U = AV/σ of the smaller AᵀA would lose its orthonormality at small σ.
    Svd svd = algebra.svd(transposed.transpose());
    double[] energies = Arrays.stream(svd.singularValues()).map(s -> s * s).toArray();
    DenseMatrix right = Matrices.transpose(svd.vt());
    for (int j = 0; j < right.numCols(); j++) {
      for (int i = 0; i < right.numRows(); i++) {
        right.values()[j * right.numRows() + i] *= svd.singularValues()[j];
      }
    }
    return new Split(energies, svd.u(), right);
  }

  private double[] spectrum(DenseMatrix matrix) {
    DenseMatrix gram =
        matrix.numRows() <= matrix.numCols() ? algebra.outerGram(matrix) : algebra.gram(matrix);
    double[] energies = algebra.eigenvalues(gram);
    return Arrays.copyOf(energies, numericalRank(energies));
  }

  @Override
  public int[] modes() {
    return modes.clone();
  }

  @Override
  public double energy() {
    return energy;
  }

  @Override
  public List<double[]> spectra() {
    return spectra;
  }

  @Override
  public CoreChain chain(int[] ranks) {
    List<double[]> cores = new ArrayList<>();
    List<double[]> energies = new ArrayList<>();
    int[] reached = new int[ranks.length];
    double error = 0;
    Split split = first;
    double[] rest = tensor;
    for (int k = 0; k < ranks.length; k++) {
      if (k > 0) {
        int rows = reached[k - 1] * modes[k];
        split = split(new DenseMatrix(rest.length / rows, rows, rest));
      }
      int rank = Math.min(ranks[k], split.rank());
      if (rank == 0) {
        return zeros();
      }
      reached[k] = rank;
      energies.add(Arrays.copyOf(split.energies(), rank));
      for (int i = rank; i < split.energies().length; i++) {
        error += Math.max(0, split.energies()[i]);
      }
      cores.add(Matrices.transpose(Matrices.leadingColumns(split.left(), rank)).values());
      rest = Matrices.leadingColumns(split.right(), rank).values();
    }
    cores.add(rest);
    return new CoreChain(modes, reached, cores, energies, error);
  }

  private CoreChain zeros() {
    return new CoreChain(modes, new int[modes.length - 1], List.of(), List.of(), energy);
  }

  @Override
  public CoreChain chainOfSize(long numbers) {
    return first.rank() == 0 ? zeros() : chain(new RankSearch(modes, spectra).ofSize(numbers));
  }

  @Override
  public int[] ranksWithin(double squaredError) {
    return first.rank() == 0
        ? new int[modes.length - 1]
        : new RankSearch(modes, spectra).within(squaredError / energy);
  }
}
