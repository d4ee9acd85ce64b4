package org.zoopress.method.additive;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.zoopress.linalg.LinearAlgebra;

/**
 * Learns codebooks for given vectors: by turns the best codebooks for the codes ({@link
 * NormalEquations}) and the best codes for the codebooks ({@link CodeSearch}), from a residual
 * quantizer.
 *
 * <p>Stochastic relaxation: between the two, the codebooks get Gaussian noise that falls to none
 * over the turns (LSQ++'s SR-D), which frees codes from where they happened to start.
 */
public final class CodebookTrainer {
  /** Exponent of the schedule (1 − i/I)^p; LSQ++. */
  private static final double COOLING = 0.5;

  private final CodeShape shape;
  private final TrainingParams params;
  private final LinearAlgebra algebra;
  private final CodewordKernels kernels;

  /** A trainer of codebooks of that shape. */
  public CodebookTrainer(CodeShape shape, TrainingParams params) {
    this(shape, params, LinearAlgebra.get(), CodewordKernels.get());
  }

  CodebookTrainer(
      CodeShape shape, TrainingParams params, LinearAlgebra algebra, CodewordKernels kernels) {
    this.shape = shape;
    this.params = params;
    this.algebra = algebra;
    this.kernels = kernels;
  }

  /**
   * Trains from nothing.
   *
   * @param vectors n×d, finite, n at least 1
   */
  public Codebooks train(float[] vectors, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Codebooks codebooks = start(vectors, random.nextLong());
    byte[] codes = search(codebooks).encode(vectors, random.nextLong());
    double[] deviations = deviations(vectors);
    for (int turn = 1; turn <= params.iterations(); turn++) {
      codebooks = relaxed(fit(vectors, codes), deviations, turn, random.nextLong());
      float[] prices =
          CodeRates.of(shape, CodeRates.occurrences(shape, codes)).prices(params.lambda());
      codes = search(codebooks, prices).improve(vectors, codes, random.nextLong());
    }
    return fit(vectors, codes);
  }

  private CodeSearch search(Codebooks codebooks, float[] prices) {
    return new CodeSearch(codebooks, prices, params.search(), kernels);
  }

  private CodeSearch search(Codebooks codebooks) {
    return new CodeSearch(codebooks, params.search(), kernels);
  }

  private Codebooks fit(float[] vectors, byte[] codes) {
    NormalEquations equations = new NormalEquations(shape);
    equations.add(vectors, codes);
    return equations.solve(algebra);
  }

  /**
   * A residual quantizer to start from: one codebook after the other by k-means, each for what the
   * ones before leave.
   *
   * @param vectors n×d, finite, n at least 1; a sample will do
   */
  public Codebooks start(float[] vectors, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CodeShape single = new CodeShape(1, shape.codewords(), shape.dimension());
    float[] residuals = vectors.clone();
    float[] values = new float[shape.values()];
    for (int m = 0; m < shape.codebooks(); m++) {
      Codebooks codebook = KMeans.fit(kernels, residuals, single, random.split());
      System.arraycopy(codebook.values(), 0, values, m * single.values(), single.values());
      float[] decoded = codebook.decode(search(codebook).encode(residuals, /* seed */ 0));
      for (int i = 0; i < residuals.length; i++) {
        residuals[i] -= decoded[i];
      }
    }
    return new Codebooks(shape, values);
  }

  /** Noise of a turn; none at the last, so that the codebooks can settle. */
  double temperature(int turn) {
    double left = 1 - (double) turn / params.iterations();
    return params.relaxation() * StrictMath.pow(left, COOLING);
  }

  /** Standard deviation of each of the d numbers over the vectors. */
  private double[] deviations(float[] vectors) {
    int d = shape.dimension();
    double[] sums = new double[d];
    double[] squares = new double[d];
    for (int i = 0; i < vectors.length; i++) {
      sums[i % d] += vectors[i];
      squares[i % d] += (double) vectors[i] * vectors[i];
    }
    int count = vectors.length / d;
    double[] deviations = new double[d];
    Arrays.setAll(
        deviations, j -> Math.sqrt(Math.max(0, squares[j] / count - Math.pow(sums[j] / count, 2))));
    return deviations;
  }

  /**
   * Codebooks with the noise of a turn; at the last turn as they are.
   *
   * @param deviations standard deviation of each of the d numbers over the vectors
   * @param turn from 1 to the number of iterations
   */
  public Codebooks relaxed(Codebooks codebooks, double[] deviations, int turn, long seed) {
    double temperature = temperature(turn);
    if (temperature == 0) {
      return codebooks;
    }
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = codebooks.values().clone();
    double scale = temperature / shape.codebooks();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (scale * deviations[i % deviations.length] * gaussian(random));
    }
    return new Codebooks(shape, values);
  }

  /** Box and Muller; StrictMath, so that equal seeds give equal bits on every processor. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
