package org.zoopress.method.additive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Solves one partition with shared codebooks: only codes and scales are searched for, at several
 * worths of a bit.
 *
 * <p>A bit is worth the same all over the weight. Codes are searched for vectors of unit scale, so
 * a channel of scale s has λ/s² there: channels of large weights get more bits than those of small
 * ones, as reverse water-filling asks for.
 */
final class SharedSolver {
  /**
   * Worths of a bit, in units of 2 ln 2 · D with the error D that codes of least error leave; D is
   * the slope −dD/dR of a quantizer at the rate distortion bound.
   */
  private static final double[] RATE_WEIGHTS = {1, 2, 4, 8};

  /** Vectors filled up with zeros may take so many times the weights. */
  private static final double MOST_FILLED = 1.5;

  /** Vectors whose scales differ by less than half an octave are searched together. */
  private static final int LEVELS_TOGETHER = LogScales.PER_OCTAVE / 2;

  /** Price of a bit for vectors of next to no weights; larger ones would drown errors in float. */
  private static final double MOST_LAMBDA = 1e4;

  private final Shape shape;
  private final AdditiveParams params;
  private final float[] weights;
  private final SharedId id;
  private final SharedCodebooks shared;
  private final UnitVectors scales;
  private final float[] vectors;

  SharedSolver(
      WeightPartition partition, AdditiveParams params, SharedId id, SharedFactors available) {
    this.shape = partition.shape();
    this.params = params;
    this.weights = partition.values();
    this.id = id;
    this.shared = SharedCodebooks.find(available, id);
    this.scales = UnitVectors.of(partition, params.scale(), shared.dimension());
    this.vectors = scales.vectors(weights);
  }

  /** Whether filters are long enough for vectors of d weights. */
  static boolean fits(Shape shape, int dimension) {
    long count = SubVectors.of(shape, dimension).count();
    return count * dimension <= MOST_FILLED * shape.elements()
        && count * Math.max(dimension, CodeShape.MOST_CODEBOOKS) <= Integer.MAX_VALUE - 8;
  }

  /** Codes of least error, then ones of fewer and fewer bits. */
  List<AdditiveFactors> solve(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<AdditiveFactors> points = new ArrayList<>();
    byte[] plain =
        new CodeSearch(shared.codebooks(), params.search()).encode(vectors, random.nextLong());
    points.add(factors(plain));
    double slope = 2 * Math.log(2) * weightError(plain) / weights.length;
    for (double weight : RATE_WEIGHTS) {
      points.add(at(weight * slope, random.nextLong()));
    }
    return points;
  }

  /**
   * Codes where a bit is worth so much.
   *
   * @param lambda squared error of weights
   */
  AdditiveFactors at(double lambda, long seed) {
    return factors(search(lambda, seed));
  }

  /** ‖W − Ŵ‖² before scales are refitted. */
  private double weightError(byte[] codes) {
    float[] restored = scales.weights(shared.codebooks().decode(codes));
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double difference = (double) weights[i] - restored[i];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * @param lambda squared error of weights that a bit is worth
   */
  private byte[] search(double lambda, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int books = shared.codebooks().shape().codebooks();
    int d = shared.dimension();
    byte[] codes = new byte[vectors.length / d * books];
    for (Map.Entry<Integer, List<Integer>> together : byLevel().entrySet()) {
      double scale = LogScales.value(together.getKey());
      double price = scale == 0 ? MOST_LAMBDA : Math.min(MOST_LAMBDA, lambda / (scale * scale));
      List<Integer> chosen = together.getValue();
      float[] some = new float[chosen.size() * d];
      for (int i = 0; i < chosen.size(); i++) {
        System.arraycopy(vectors, chosen.get(i) * d, some, i * d, d);
      }
      byte[] found =
          new CodeSearch(shared.codebooks(), shared.rates().prices(price), params.search())
              .encode(some, random.nextLong());
      for (int i = 0; i < chosen.size(); i++) {
        System.arraycopy(found, i * books, codes, chosen.get(i) * books, books);
      }
    }
    return codes;
  }

  /** Vectors by the level of their scale, rounded; zero by itself. */
  private Map<Integer, List<Integer>> byLevel() {
    Map<Integer, List<Integer>> byLevel = new TreeMap<>();
    for (int v = 0; v < vectors.length / shared.dimension(); v++) {
      int level = scales.level(v);
      int rounded =
          level == LogScales.ZERO
              ? level
              : Math.floorDiv(level, LEVELS_TOGETHER) * LEVELS_TOGETHER + LEVELS_TOGETHER / 2;
      byLevel.computeIfAbsent(rounded, key -> new ArrayList<>()).add(v);
    }
    return byLevel;
  }

  private AdditiveFactors factors(byte[] codes) {
    float[] decoded = shared.codebooks().decode(codes);
    UnitVectors ofPlaces = scales.withFilters(LogScales.ones(scales.filters().count()));
    LogScales refitted =
        LogScales.leastSquares(weights, ofPlaces.weights(decoded), scales.filters().count());
    return AdditiveFactors.withShared(
        shape,
        params.scale(),
        id,
        shared,
        refitted.stored(),
        scales.places().stored(),
        CodeStream.encode(codes, shared.rates()));
  }
}
