package org.zoopress.method.tucker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.SymmetricEigen;
import org.zoopress.linalg.Transpose;
import org.zoopress.method.tensortrain.ChainSource;
import org.zoopress.method.tensortrain.CoreChain;
import org.zoopress.method.tensortrain.TensorTrainSvd;

/**
 * Tucker-2 of a tensor (O, s, I) along its first and last mode: HOSVD once, HOOI for each pair of
 * ranks; see the package description.
 *
 * <p>A row-major (a, s, b) array is at once the column-major matrix b×(s·a) and (b·s)×a, so that
 * neither products along a mode nor Gram matrices of an unfolding move a number.
 */
final class Tucker2 implements ChainSource {
  private static final int MOST_SWEEPS = 10;

  /** Sweeps end when one lowers the error by less than this part of it. */
  private static final double TOLERANCE = 1e-4;

  /** Up to this size all eigenvectors cost no more than steps towards the leading ones. */
  private static final int SMALL = 48;

  /** Rank pairs, best by HOSVD, that are tried when a size is asked for. */
  private static final int TRIED_PAIRS = 3;

  /** Sweeps after which only the best of these pairs goes on. */
  private static final int TRIAL_SWEEPS = 2;

  private final LinearAlgebra algebra;
  private final int outputs;
  private final int kernel;
  private final int inputs;
  private final double energy;
  private final SymmetricEigen outputBasis;
  private final SymmetricEigen inputBasis;

  /** W in the coordinates of both bases: the core of the full HOSVD. */
  private final double[] rotated;

  private final CoreEnergies energies;

  /**
   * @param tensor (O, s, I), row-major, finite; not written to
   */
  Tucker2(LinearAlgebra algebra, int outputs, int kernel, int inputs, double[] tensor) {
    this.algebra = algebra;
    this.outputs = outputs;
    this.kernel = kernel;
    this.inputs = inputs;
    this.energy = Matrices.squaredNorm(new DenseMatrix(tensor.length, 1, tensor));
    this.outputBasis = algebra.eigen(outputGram(tensor, outputs));
    this.inputBasis = algebra.eigen(inputGram(tensor, inputs));
    this.rotated =
        alongOutputs(alongInputs(tensor, inputBasis.vectors()), outputs, outputBasis.vectors());
    this.energies = new CoreEnergies(outputs, kernel, inputs, rotated);
  }

  /** Gram matrix of the first unfolding of an (a, s, b) array. */
  private DenseMatrix outputGram(double[] tensor, int a) {
    return algebra.gram(new DenseMatrix(tensor.length / a, a, tensor));
  }

  /** Gram matrix of the last unfolding. */
  private DenseMatrix inputGram(double[] tensor, int b) {
    return algebra.outerGram(new DenseMatrix(b, tensor.length / b, tensor));
  }

  /** W ×₃ Vᵀ. */
  private double[] alongInputs(double[] tensor, DenseMatrix v) {
    int b = v.numRows();
    DenseMatrix unfolding = new DenseMatrix(b, tensor.length / b, tensor);
    return algebra.multiply(Transpose.YES, v, Transpose.NO, unfolding).values();
  }

  /** W ×₁ Uᵀ. */
  private double[] alongOutputs(double[] tensor, int a, DenseMatrix u) {
    return algebra.multiply(new DenseMatrix(tensor.length / a, a, tensor), u).values();
  }

  @Override
  public int[] modes() {
    return new int[] {outputs, kernel, inputs};
  }

  @Override
  public double energy() {
    return energy;
  }

  @Override
  public List<double[]> spectra() {
    return List.of(significant(outputBasis), significant(inputBasis));
  }

  private static double[] significant(SymmetricEigen eigen) {
    return Arrays.copyOf(eigen.values(), TensorTrainSvd.numericalRank(eigen.values()));
  }

  @Override
  public int[] ranksWithin(double squaredError) {
    return energies.within(squaredError);
  }

  @Override
  public CoreChain chainOfSize(long numbers) {
    List<int[]> pairs = new ArrayList<>();
    for (int a = 1; a <= outputs; a++) {
      int b = energies.inputRankOfSize(a, numbers);
      if (b > 0) {
        pairs.add(new int[] {a, b});
      }
    }
    if (pairs.isEmpty()) {
      return chain(new int[] {1, 1});
    }
    return pairs.stream()
        .sorted(Comparator.comparingDouble(pair -> energies.error(pair[0], pair[1])))
        .limit(TRIED_PAIRS)
        .map(pair -> swept(start(pair), TRIAL_SWEEPS))
        .max(Comparator.comparingDouble(Bases::captured))
        .map(bases -> gauged(swept(bases, MOST_SWEEPS - TRIAL_SWEEPS)))
        .orElseThrow();
  }

  @Override
  public CoreChain chain(int[] ranks) {
    return gauged(swept(start(ranks), MOST_SWEEPS));
  }

  /**
   * Bases in the coordinates of the HOSVD.
   *
   * @param u O×r₁, orthonormal columns
   * @param v I×r₂, orthonormal columns
   * @param captured energy of the core
   * @param done whether the last sweep gained next to nothing
   */
  private record Bases(DenseMatrix u, DenseMatrix v, double captured, boolean done) {}

  /** The HOSVD cut at these ranks, or at the numerical ones where they are lower. */
  private Bases start(int[] ranks) {
    int a = Math.min(ranks[0], TensorTrainSvd.numericalRank(outputBasis.values()));
    int b = Math.min(ranks[1], TensorTrainSvd.numericalRank(inputBasis.values()));
    a = Math.max(1, Math.min(a, kernel * b)); // more than the core's other unfolding has no use
    b = Math.max(1, Math.min(b, kernel * a));
    return new Bases(
        Matrices.leadingColumns(Matrices.identity(outputs), a),
        Matrices.leadingColumns(Matrices.identity(inputs), b),
        0,
        energy == 0);
  }

  /** HOOI: U and V in turn, each the best for the other. */
  private Bases swept(Bases start, int sweeps) {
    Bases bases = start;
    for (int sweep = 0; sweep < sweeps && !bases.done(); sweep++) {
      DenseMatrix u = leading(outputGram(alongInputs(rotated, bases.v()), outputs), bases.u());
      DenseMatrix gram = inputGram(alongOutputs(rotated, outputs, u), inputs);
      DenseMatrix v = leading(gram, bases.v());
      double captured = Matrices.inner(v, algebra.multiply(gram, v));
      boolean done = captured - bases.captured() <= TOLERANCE * Math.max(0, energy - captured);
      bases = new Bases(u, v, captured, done);
    }
    return bases;
  }

  /** The leading eigenvectors, or for large matrices a step from the last ones towards them. */
  private DenseMatrix leading(DenseMatrix gram, DenseMatrix last) {
    int count = last.numCols();
    if (count == gram.numRows()) {
      return last; // the whole space: nothing to choose
    }
    if (gram.numRows() <= SMALL) {
      return Matrices.leadingColumns(algebra.eigen(gram).vectors(), count);
    }
    return algebra.qr(algebra.multiply(gram, last)).q();
  }

  /** Turns the bases so that both unfoldings of the core have orthogonal rows, strongest first. */
  private CoreChain gauged(Bases bases) {
    int a = bases.u().numCols();
    int b = bases.v().numCols();
    double[] core = alongOutputs(alongInputs(rotated, bases.v()), outputs, bases.u());
    SymmetricEigen outputTurn = algebra.eigen(outputGram(core, a));
    SymmetricEigen inputTurn = algebra.eigen(inputGram(core, b));
    int outputRank = Math.min(a, TensorTrainSvd.numericalRank(outputTurn.values()));
    int inputRank = Math.min(b, TensorTrainSvd.numericalRank(inputTurn.values()));
    if (outputRank == 0 || inputRank == 0) {
      return new CoreChain(modes(), new int[2], List.of(), List.of(), energy);
    }
    DenseMatrix turnU = Matrices.leadingColumns(outputTurn.vectors(), outputRank);
    DenseMatrix turnV = Matrices.leadingColumns(inputTurn.vectors(), inputRank);
    core = alongOutputs(alongInputs(core, turnV), a, turnU);
    double[] outputEnergies = Arrays.copyOf(outputTurn.values(), outputRank);
    double[] inputEnergies = Arrays.copyOf(inputTurn.values(), inputRank);
    DenseMatrix u = algebra.multiply(outputBasis.vectors(), algebra.multiply(bases.u(), turnU));
    DenseMatrix v = algebra.multiply(inputBasis.vectors(), algebra.multiply(bases.v(), turnV));
    double error = Math.max(0, energy - Arrays.stream(outputEnergies).sum());
    moveNorms(core, v, inputEnergies);
    return new CoreChain(
        modes(),
        new int[] {outputRank, inputRank},
        List.of(Matrices.transpose(u).values(), core, v.values()),
        List.of(outputEnergies, inputEnergies),
        error);
  }

  /** From (U, core, V) to the left-orthonormal gauge: the singular values move into V. */
  private static void moveNorms(double[] core, DenseMatrix v, double[] inputEnergies) {
    int b = inputEnergies.length;
    int inputs = v.numRows();
    for (int j = 0; j < b; j++) {
      double norm = Math.sqrt(inputEnergies[j]);
      for (int i = j; i < core.length; i += b) {
        core[i] /= norm;
      }
      for (int i = j * inputs; i < (j + 1) * inputs; i++) {
        v.values()[i] *= norm;
      }
    }
  }
}
