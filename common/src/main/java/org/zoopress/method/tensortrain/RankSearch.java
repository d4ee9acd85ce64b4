package org.zoopress.method.tensortrain;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Ranks of a train by its spectra alone. If truncating bond k alone leaves the part 1 − t_k of the
 * energy, truncating all of them is taken to leave Π(1 − t_k): exact where the energies are
 * separable. The sum of the t_k, which is a bound, is of no use here: at errors of some tenths it
 * is so far above the truth that it sacrifices one bond to the other.
 *
 * <p>From equal shares of all spectra, pairs of ranks are exchanged, the one as far as the other
 * allows, until no pair gains; with two bonds this is an exhaustive search. Taking the singular
 * values with least energy per number away one after the other does not do: numbers of a core are
 * products of two ranks, so that whichever rank is small makes the other cheap, and the ranks drift
 * apart.
 */
final class RankSearch {
  /** Exchanges of all pairs; three or four suffice. */
  private static final int MOST_ROUNDS = 20;

  private static final int BISECTIONS = 40;

  private final int[] modes;

  /** Part of the energy that rank r leaves, at r, of every bond. */
  private final double[][] kept;

  /**
   * @param spectra as {@link ChainSource#spectra}, none of them empty
   */
  RankSearch(int[] modes, List<double[]> spectra) {
    this.modes = modes.clone();
    this.kept = new double[spectra.size()][];
    for (int bond = 0; bond < kept.length; bond++) {
      double[] energies = spectra.get(bond);
      kept[bond] = new double[energies.length + 1];
      for (int i = 0; i < energies.length; i++) {
        kept[bond][i + 1] = kept[bond][i] + energies[i];
      }
      double total = kept[bond][energies.length];
      for (int i = 1; i <= energies.length; i++) {
        kept[bond][i] = i < energies.length ? kept[bond][i] / total : 1;
      }
    }
  }

  /** The best rank of one bond beside given others; 0 where there is none. */
  @FunctionalInterface
  private interface Fit {
    int rank(int[] ranks, int bond);
  }

  /** Ranks of least error with at most so many numbers, each at least 1. */
  int[] ofSize(long numbers) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (CoreChain.numbers(modes, share(middle)) <= numbers) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return exchanged(share(low), (ranks, bond) -> largest(ranks, bond, numbers), this::error);
  }

  /**
   * Ranks of the fewest numbers whose predicted error is within the bound.
   *
   * @param bound of ‖W − Ŵ‖²/‖W‖²
   */
  int[] within(double bound) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (error(share(middle)) <= bound) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return exchanged(
        share(high),
        (ranks, bond) -> smallest(ranks, bond, bound),
        ranks -> CoreChain.numbers(modes, ranks));
  }

  /** The same share of every spectrum, as far as the neighbours can use it. */
  private int[] share(double part) {
    int[] ranks = new int[kept.length];
    for (int bond = 0; bond < ranks.length; bond++) {
      ranks[bond] = Math.max(1, (int) Math.rint(part * full(bond)));
    }
    for (int bond = 0; bond < ranks.length; bond++) {
      ranks[bond] = (int) Math.min(ranks[bond], columnLength(modes, ranks, bond));
    }
    for (int bond = ranks.length - 1; bond >= 0; bond--) {
      ranks[bond] = (int) Math.min(ranks[bond], rowLength(modes, ranks, bond));
    }
    return ranks;
  }

  private int full(int bond) {
    return kept[bond].length - 1;
  }

  /** Predicted ‖W − Ŵ‖²/‖W‖². */
  private double error(int[] ranks) {
    double product = 1;
    for (int bond = 0; bond < ranks.length; bond++) {
      product *= kept[bond][ranks[bond]];
    }
    return 1 - product;
  }

  private int[] exchanged(int[] start, Fit fit, ToDoubleFunction<int[]> cost) {
    int[] best = start;
    for (int bond = 0; bond < best.length; bond++) { // what the share left, or a single bond
      int[] fitted = best.clone();
      fitted[bond] = fit.rank(best, bond);
      best = fitted[bond] > 0 && usable(fitted) ? fitted : best;
    }
    double before = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MOST_ROUNDS && cost.applyAsDouble(best) < before; round++) {
      before = cost.applyAsDouble(best);
      for (int first = 0; first < best.length; first++) {
        for (int second = 0; second < best.length; second++) {
          if (first != second) {
            best = exchanged(best, first, second, fit, cost);
          }
        }
      }
    }
    return best;
  }

  private int[] exchanged(
      int[] ranks, int first, int second, Fit fit, ToDoubleFunction<int[]> cost) {
    int[] best = ranks;
    for (int rank = 1; rank <= full(first); rank++) {
      int[] trial = ranks.clone();
      trial[first] = rank;
      trial[second] = fit.rank(trial, second);
      if (trial[second] > 0
          && usable(trial)
          && cost.applyAsDouble(trial) < cost.applyAsDouble(best)) {
        best = trial;
      }
    }
    return best;
  }

  private int largest(int[] ranks, int bond, long numbers) {
    int[] without = ranks.clone();
    without[bond] = 0;
    long left = numbers - CoreChain.numbers(modes, without);
    long each = columnLength(modes, ranks, bond) + rowLength(modes, ranks, bond);
    long usable = Math.min(columnLength(modes, ranks, bond), rowLength(modes, ranks, bond));
    return (int) Math.min(Math.min(full(bond), usable), Math.max(0, left) / each);
  }

  private int smallest(int[] ranks, int bond, double bound) {
    double others = (1 - error(ranks)) / kept[bond][ranks[bond]];
    double wanted = (1 - bound) / others;
    if (wanted > 1) {
      return 0;
    }
    int low = 1;
    int high = full(bond); // which keeps all
    while (low < high) {
      int middle = (low + high) / 2;
      if (kept[bond][middle] >= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private boolean usable(int[] ranks) {
    for (int bond = 0; bond < ranks.length; bond++) {
      if (ranks[bond] > columnLength(modes, ranks, bond)
          || ranks[bond] > rowLength(modes, ranks, bond)) {
        return false;
      }
    }
    return true;
  }

  /** Numbers that one singular value of the bond takes in the core at its left: r_{k-1}·n_k. */
  static long columnLength(int[] modes, int[] ranks, int bond) {
    return (long) CoreChain.rank(ranks, bond) * modes[bond];
  }

  /**
   * Numbers that one singular value of the bond takes in the core at its right: n_{k+1}·r_{k+1}.
   */
  static long rowLength(int[] modes, int[] ranks, int bond) {
    return (long) modes[bond + 1] * CoreChain.rank(ranks, bond + 2);
  }
}
