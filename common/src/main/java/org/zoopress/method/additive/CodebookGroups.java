package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Decides which layers share codebooks, from their second moments alone.
 *
 * <p><b>What a split saves.</b> Gaussian vectors with second moments S, coded to an error of θ a
 * number, take about ½ log₂ |S/θ + I| bits; coded with what was made for the moments P of a group,
 * they take the divergence of the two more. Summed over a group with P its mean, traces cancel and
 * what is left is
 *
 * <pre>  bits lost by sharing = ½ Σ_i n_i (log₂ |P + θI| − log₂ |S_i + θI|) </pre>
 *
 * A further group saves the difference before and after and costs one more codebook.
 *
 * <p><b>How.</b> From all layers together, a group is split in two for as long as that saves more
 * bits than a codebook takes. Tried are each kernel size against the others, and two-means with the
 * divergence as distance, from the two layers that are farthest apart. All is done in the order of
 * the layers, with O(layers · d³) a round: equal input, equal groups.
 *
 * @see <a href="https://doi.org/10.1109/TIT.2003.809595">Gray and Linder, Mismatch in high-rate
 *     entropy-constrained vector quantization, IEEE TIT 49(5), 2003</a>: the loss is the divergence
 */
public final class CodebookGroups {
  private static final int MOST_ROUNDS = 50;
  private static final int NO_GROUP = -1;
  private static final int BITS_PER_NUMBER = 6;

  private final List<Layer> layers;
  private final double theta;
  private final int dimension;
  private final double[] logDeterminants; // ln |S_i + θI|

  /**
   * What is known of a layer.
   *
   * @param kernelSize kh·kw; 1 for matrices
   * @param secondMoments mean of xxᵀ over its vectors of unit scale, d×d row-major
   * @param vectors how many it has
   */
  public record Layer(int kernelSize, double[] secondMoments, long vectors)
      implements Serializable {
    /**
     * The layer of these vectors.
     *
     * @param vectors n×d, n at least 1
     */
    public static Layer of(int kernelSize, float[] vectors, int dimension) {
      MomentSums sums = new MomentSums(dimension).add(vectors);
      return sums.layer(kernelSize, sums.vectors());
    }
  }

  private CodebookGroups(List<Layer> layers, int dimension, double theta) {
    this.layers = layers;
    this.theta = theta;
    this.dimension = dimension;
    this.logDeterminants = new double[layers.size()];
    Arrays.setAll(
        logDeterminants, i -> Factor.of(layers.get(i).secondMoments(), theta).logDeterminant());
  }

  /**
   * Bits that one more set of codebooks of this shape takes: six a number, as stored. On ResNets
   * splits at a fifth of that do not lower the error at equal total bits: see BENCHMARKS.
   */
  public static double price(CodeShape shape) {
    return (double) BITS_PER_NUMBER * shape.values();
  }

  /**
   * Groups layers.
   *
   * @param layers in an order that does not depend on where they were computed
   * @param shape what codebooks would be trained for; its λ says which error is aimed at
   * @param codebookBits what one more codebook takes, as {@link #price}
   * @return group of each layer, numbered in order of appearance
   */
  public static int[] of(List<Layer> layers, SharedShape shape, double codebookBits) {
    int d = shape.codes().dimension();
    for (Layer layer : layers) {
      if (layer.secondMoments().length != d * d || layer.vectors() < 1) {
        throw new IllegalArgumentException(
            "%d moments of %d vectors for d = %d"
                .formatted(layer.secondMoments().length, layer.vectors(), d));
      }
    }
    // The slope of the Gaussian bound, −dD/dR = 2 ln 2 · D; a bit of noise where none is aimed at.
    double theta = Math.max(1e-3, shape.lambda() / (2 * Math.log(2)));
    return new CodebookGroups(layers, d, theta).solve(codebookBits);
  }

  private int[] solve(double codebookBits) {
    int[] groups = new int[layers.size()];
    int count = Math.min(1, groups.length);
    for (int g = 0; g < count; g++) { // count grows: both halves are tried again
      List<Integer> members = members(groups, g);
      List<Integer> apart = bestSplit(members, codebookBits);
      if (!apart.isEmpty()) {
        int fresh = count++;
        apart.forEach(i -> groups[i] = fresh);
        g--;
      }
    }
    return numberedByAppearance(groups);
  }

  private static List<Integer> members(int[] groups, int group) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] == group) {
        members.add(i);
      }
    }
    return members;
  }

  private static int[] numberedByAppearance(int[] groups) {
    int[] names = new int[groups.length];
    Arrays.fill(names, NO_GROUP);
    int next = 0;
    int[] renamed = new int[groups.length];
    for (int i = 0; i < groups.length; i++) {
      if (names[groups[i]] == NO_GROUP) {
        names[groups[i]] = next++;
      }
      renamed[i] = names[groups[i]];
    }
    return renamed;
  }

  /** The members to be split off; none if no split saves as much as a codebook takes. */
  private List<Integer> bestSplit(List<Integer> members, double codebookBits) {
    double together = lostBits(members);
    double most = codebookBits;
    List<Integer> best = List.of();
    for (List<Integer> apart : candidates(members)) {
      List<Integer> rest = without(members, apart);
      if (!apart.isEmpty() && !rest.isEmpty()) {
        double saved = together - lostBits(apart) - lostBits(rest);
        if (saved > most) {
          most = saved;
          best = apart;
        }
      }
    }
    return best;
  }

  private List<List<Integer>> candidates(List<Integer> members) {
    List<List<Integer>> candidates = new ArrayList<>();
    TreeSet<Integer> kernels = new TreeSet<>();
    members.forEach(i -> kernels.add(layers.get(i).kernelSize()));
    for (int kernel : kernels) {
      candidates.add(members.stream().filter(i -> layers.get(i).kernelSize() == kernel).toList());
    }
    candidates.add(twoMeans(members));
    return candidates;
  }

  private static List<Integer> without(List<Integer> members, List<Integer> apart) {
    TreeSet<Integer> gone = new TreeSet<>(apart);
    return members.stream().filter(i -> !gone.contains(i)).toList();
  }

  private List<Integer> twoMeans(List<Integer> members) {
    int first = farthest(members, Factor.of(pooled(members), theta));
    Factor here = Factor.of(layers.get(first).secondMoments(), theta);
    int second = farthest(members, here);
    Factor there = Factor.of(layers.get(second).secondMoments(), theta);
    List<Integer> apart = List.of();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Integer> nearer = new ArrayList<>();
      for (int i : members) {
        if (divergence(i, there) < divergence(i, here)) {
          nearer.add(i);
        }
      }
      if (nearer.equals(apart) || nearer.isEmpty() || nearer.size() == members.size()) {
        return nearer;
      }
      apart = nearer;
      there = Factor.of(pooled(apart), theta);
      here = Factor.of(pooled(without(members, apart)), theta);
    }
    return apart;
  }

  /** The layer that loses most bits with codebooks for those moments. */
  private int farthest(List<Integer> members, Factor factor) {
    int farthest = members.get(0);
    double most = Double.NEGATIVE_INFINITY;
    for (int i : members) {
      double bits = layers.get(i).vectors() * divergence(i, factor);
      if (bits > most) {
        most = bits;
        farthest = i;
      }
    }
    return farthest;
  }

  /** tr (P+θI)⁻¹(S+θI) − d + ln |P+θI| − ln |S+θI|, twice the divergence in nats a vector. */
  private double divergence(int layer, Factor factor) {
    return factor.traceOfRatio(layers.get(layer).secondMoments(), theta)
        - dimension
        + factor.logDeterminant()
        - logDeterminants[layer];
  }

  private double lostBits(List<Integer> members) {
    double pooled = Factor.of(pooled(members), theta).logDeterminant();
    double nats = 0;
    for (int i : members) {
      nats += layers.get(i).vectors() * (pooled - logDeterminants[i]);
    }
    return nats / (2 * Math.log(2));
  }

  private double[] pooled(List<Integer> members) {
    double[] sums = new double[dimension * dimension];
    double count = 0;
    for (int i : members) {
      Layer layer = layers.get(i);
      count += layer.vectors();
      for (int j = 0; j < sums.length; j++) {
        sums[j] += layer.vectors() * layer.secondMoments()[j];
      }
    }
    for (int j = 0; j < sums.length; j++) {
      sums[j] /= count;
    }
    return sums;
  }

  /**
   * L with LLᵀ = S + θI; d is small, so that plain loops do.
   *
   * @param lower d×d row-major
   */
  private record Factor(double[] lower, int dimension) {
    static Factor of(double[] moments, double theta) {
      int d = (int) Math.round(Math.sqrt(moments.length));
      double[] lower = new double[moments.length];
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = moments[i * d + j] + (i == j ? theta : 0);
          for (int k = 0; k < j; k++) {
            sum -= lower[i * d + k] * lower[j * d + k];
          }
          // Second moments have no negative eigenvalue but by rounding: θ bounds pivots from below.
          lower[i * d + j] = i == j ? Math.sqrt(Math.max(theta / 2, sum)) : sum / lower[j * d + j];
        }
      }
      return new Factor(lower, d);
    }

    double logDeterminant() {
      double sum = 0;
      for (int i = 0; i < dimension; i++) {
        sum += 2 * Math.log(lower[i * dimension + i]);
      }
      return sum;
    }

    /** tr (LLᵀ)⁻¹(S + θI) = tr L⁻¹(S + θI)L⁻ᵀ. */
    double traceOfRatio(double[] moments, double theta) {
      double trace = 0;
      double[] inverse = inverse();
      for (int i = 0; i < dimension; i++) {
        for (int a = 0; a <= i; a++) {
          double product = theta * inverse[i * dimension + a];
          for (int b = 0; b <= i; b++) {
            product += moments[a * dimension + b] * inverse[i * dimension + b];
          }
          trace += inverse[i * dimension + a] * product;
        }
      }
      return trace;
    }

    private double[] inverse() {
      int d = dimension;
      double[] inverse = new double[d * d];
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = i == j ? 1 : 0;
          for (int k = j; k < i; k++) {
            sum -= lower[i * d + k] * inverse[k * d + j];
          }
          inverse[i * d + j] = sum / lower[i * d + i];
        }
      }
      return inverse;
    }
  }
}
