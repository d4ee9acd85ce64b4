package org.zoopress.method.additive;

import java.util.Arrays;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.WeightPartition;

/**
 * The vectors of a weight brought to unit scale for shared codebooks: the vector in place j of
 * filter o is divided by
 *
 * <pre>  s_o · t_j,     both on the grid of {@link LogScales} </pre>
 *
 * <p>s are scales of filters (one for all with {@link ScaleScope#PER_TENSOR}), t of places in a
 * filter, which follow the input channels: some of them have small weights throughout. On the
 * convolutions of ResNet-20, -32 and -56 scales of filters bring the mean logarithm of the variance
 * down by 0.19 bits a weight below scales of layers, those of input channels by another 0.15. Kept
 * only where they save more bits than they take.
 *
 * @param cut of the weight
 * @param filters s
 * @param places t; all of level 0 where they do not pay
 */
public record UnitVectors(SubVectors cut, LogScales filters, LogScales places) {
  /** Rounds of alternating maximum likelihood; the change after five is below a grid step. */
  private static final int ROUNDS = 5;

  /**
   * Scales of greatest likelihood, were vectors Gaussian.
   *
   * @param weights at least one, finite
   */
  public static UnitVectors of(WeightPartition weights, ScaleScope scope, int dimension) {
    float[] values = weights.values();
    SubVectors cut = SubVectors.of(weights.shape(), dimension);
    int count = scope.scales(weights.shape());
    double[][] energies = energies(values, cut);
    double[] places = ones(cut.vectorsPerRow());
    double[] filters = filterVariances(energies, places, cut, count);
    double before = logVariance(filters, places, cut);
    double[] fittedFilters = filters;
    for (int round = 0; round < ROUNDS; round++) {
      places = placeVariances(energies, fittedFilters, cut);
      fittedFilters = filterVariances(energies, places, cut, count);
    }
    LogScales fitted = LogScales.ofVariances(places);
    double saved = (before - logVariance(fittedFilters, places, cut)) / (2 * StrictMath.log(2));
    if (saved > 8.0 * fitted.stored().length) {
      return new UnitVectors(cut, LogScales.ofVariances(fittedFilters), fitted);
    }
    return new UnitVectors(
        cut, LogScales.ofVariances(filters), LogScales.ones(cut.vectorsPerRow()));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Sum of squares of each vector, filters × places. */
  private static double[][] energies(float[] weights, SubVectors cut) {
    double[][] energies = new double[cut.rows()][cut.vectorsPerRow()];
    for (int i = 0; i < weights.length; i++) {
      int place = i % cut.rowLength() / cut.dimension();
      energies[i / cut.rowLength()][place] += (double) weights[i] * weights[i];
    }
    return energies;
  }

  private static int numbers(SubVectors cut, int place) {
    return Math.min(cut.dimension(), cut.rowLength() - place * cut.dimension());
  }

  private static double[] filterVariances(
      double[][] energies, double[] places, SubVectors cut, int count) {
    double[] variances = new double[count];
    int together = cut.rows() / count;
    for (int o = 0; o < cut.rows(); o++) {
      for (int j = 0; j < places.length; j++) {
        variances[o / together] += places[j] == 0 ? 0 : energies[o][j] / places[j];
      }
    }
    for (int s = 0; s < count; s++) {
      variances[s] /= (double) together * cut.rowLength();
    }
    return variances;
  }

  private static double[] placeVariances(double[][] energies, double[] filters, SubVectors cut) {
    double[] variances = new double[cut.vectorsPerRow()];
    int together = cut.rows() / filters.length;
    int used = 0;
    for (int o = 0; o < cut.rows(); o++) {
      double filter = filters[o / together];
      used += filter == 0 ? 0 : 1;
      for (int j = 0; j < variances.length; j++) {
        variances[j] += filter == 0 ? 0 : energies[o][j] / filter;
      }
    }
    for (int j = 0; j < variances.length; j++) {
      variances[j] /= Math.max(1.0, used) * numbers(cut, j);
    }
    return variances;
  }

  /** Sum over all weights of the logarithm of their variance, zeros left out. */
  private static double logVariance(double[] filters, double[] places, SubVectors cut) {
    double sum = 0;
    double perFilter = (double) cut.rows() / filters.length * cut.rowLength();
    for (double variance : filters) {
      sum += variance == 0 ? 0 : perFilter * StrictMath.log(variance);
    }
    for (int j = 0; j < places.length; j++) {
      sum += places[j] == 0 ? 0 : (double) cut.rows() * numbers(cut, j) * StrictMath.log(places[j]);
    }
    return sum;
  }

  /**
   * As stored.
   *
   * @throws CorruptDataException if these are not such scales
   */
  static UnitVectors read(SubVectors cut, int filters, byte[] storedFilters, byte[] storedPlaces) {
    return new UnitVectors(
        cut,
        LogScales.read(storedFilters, filters),
        LogScales.read(storedPlaces, cut.vectorsPerRow()));
  }

  /** The same with other scales of filters. */
  UnitVectors withFilters(LogScales other) {
    return new UnitVectors(cut, other, places);
  }

  /** Level of the scale of a vector; {@link LogScales#ZERO} if it is zero. */
  int level(int vector) {
    int perFilter = cut.rows() / filters.count() * cut.vectorsPerRow();
    return LogScales.product(
        filters.levels()[vector / perFilter], places.levels()[vector % cut.vectorsPerRow()]);
  }

  /** Weights, row-major, to vectors of unit scale, n×d. */
  public float[] vectors(float[] weights) {
    float[] vectors = cut.cut(weights);
    int d = cut.dimension();
    for (int v = 0; v < vectors.length / d; v++) {
      float scale = LogScales.value(level(v));
      for (int i = v * d; i < (v + 1) * d; i++) {
        vectors[i] = scale == 0 ? 0 : vectors[i] / scale;
      }
    }
    return vectors;
  }

  /** Inverse of {@link #vectors}. */
  float[] weights(float[] vectors) {
    float[] scaled = vectors.clone();
    int d = cut.dimension();
    for (int v = 0; v < scaled.length / d; v++) {
      float scale = LogScales.value(level(v));
      for (int i = v * d; i < (v + 1) * d; i++) {
        scaled[i] *= scale;
      }
    }
    return cut.join(scaled);
  }
}
