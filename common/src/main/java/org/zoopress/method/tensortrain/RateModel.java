package org.zoopress.method.tensortrain;

import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Which singular values of a train are worth their bits when all cores are quantized with one step:
 * see "Ranks and step together" in the package description.
 *
 * <p>θ is the squared error of one stored number, step²/12.
 *
 * @param modes n_1 … n_d
 * @param spectra as {@link ChainSource#spectra}, none of them empty
 * @param overlap true error of a truncation over the sum of its tails, in (0, 1]
 */
record RateModel(int[] modes, List<double[]> spectra, double overlap) {
  /** 2πe/12: an entropy-coded uniform quantizer needs ½ log₂ of it more than the Gaussian bound. */
  private static final double UNIFORM_QUANTIZER = 2 * Math.PI * Math.E / 12;

  private static final int BISECTIONS = 50;

  /** Rounds in which the ranks of neighbouring bonds follow each other; few are needed. */
  private static final int ROUNDS = 20;

  /** All numbers together take no less than this part of an error. */
  private static final double FINEST = 1e3;

  /** Ranks at which every singular value lowers the error by more than its bits are worth. */
  int[] worthwhileRanks(double theta) {
    int[] ranks = spectra.stream().mapToInt(energies -> energies.length).toArray();
    boolean changed = true;
    for (int round = 0; round < ROUNDS && changed; round++) {
      changed = false;
      for (int bond = 0; bond < ranks.length; bond++) {
        int rank = worthwhile(bond, ranks, theta);
        changed |= rank != ranks[bond];
        ranks[bond] = rank;
      }
    }
    return ranks;
  }

  private int worthwhile(int bond, int[] ranks, double theta) {
    double[] energies = spectra.get(bond);
    long column = RankSearch.columnLength(modes, ranks, bond);
    long row = RankSearch.rowLength(modes, ranks, bond);
    int most = (int) Math.min(energies.length, Math.min(column, row));
    int rank = 0;
    while (rank < most && gain(column, row, energies[rank], theta) > 0) {
      rank++;
    }
    return Math.max(1, rank);
  }

  /** Error saved by a singular value, less the price of its bits at the slope dD/dR = −2 ln 2 θ. */
  private static double gain(long column, long row, double energy, double theta) {
    double coded = Math.min(energy, column * theta) + Math.min(energy, row * theta);
    double bits = bits(column, energy, theta) + bits(row, energy, theta);
    return energy - coded - 2 * Math.log(2) * theta * bits;
  }

  private static double bits(long numbers, double energy, double theta) {
    return numbers * 0.5 * Math.log1p(UNIFORM_QUANTIZER * energy / (numbers * theta)) / Math.log(2);
  }

  /** Predicted squared error that quantizing the cores adds; no number adds more than it holds. */
  private double noise(int[] ranks, double theta) {
    double noise = 0;
    for (int bond = 0; bond < ranks.length; bond++) {
      double[] energies = spectra.get(bond);
      long row = RankSearch.rowLength(modes, ranks, bond);
      for (int i = 0; i < ranks[bond]; i++) {
        noise += Math.min(energies[i], row * theta);
        noise += bond == 0 ? Math.min(energies[i], modes[0] * theta) : 0;
      }
    }
    return noise;
  }

  /** Σ of the energies that the ranks leave out. */
  double tails(int[] ranks) {
    double sum = 0;
    for (int bond = 0; bond < ranks.length; bond++) {
      double[] energies = spectra.get(bond);
      for (int i = ranks[bond]; i < energies.length; i++) {
        sum += energies[i];
      }
    }
    return sum;
  }

  /** Largest θ whose worthwhile ranks have a predicted error within the bound. */
  double thetaWithin(double bound) {
    long numbers =
        CoreChain.numbers(modes, spectra.stream().mapToInt(energies -> energies.length).toArray());
    return bisect(
        bound / (FINEST * numbers),
        bound,
        theta -> {
          int[] ranks = worthwhileRanks(theta);
          return overlap * tails(ranks) + noise(ranks, theta) <= bound;
        });
  }

  /** Largest θ that adds at most so much squared error to a chain of these ranks. */
  double thetaForNoise(int[] ranks, double bound) {
    return bisect(
        bound / (FINEST * CoreChain.numbers(modes, ranks)),
        bound,
        theta -> noise(ranks, theta) <= bound);
  }

  /** Largest θ at which the last singular value of every bond is still worth its bits. */
  double thetaAtMargin(int[] ranks) {
    double least = Double.POSITIVE_INFINITY;
    for (int bond = 0; bond < ranks.length; bond++) {
      double energy = spectra.get(bond)[ranks[bond] - 1];
      long column = RankSearch.columnLength(modes, ranks, bond);
      long row = RankSearch.rowLength(modes, ranks, bond);
      double theta =
          bisect(
              energy / (FINEST * (column + row)),
              energy,
              candidate -> gain(column, row, energy, candidate) > 0);
      least = Math.min(least, theta);
    }
    return least;
  }

  /** Largest θ between the bounds that holds, if the small ones do; on a logarithmic scale. */
  private static double bisect(double least, double most, DoublePredicate holds) {
    double low = Math.log(least);
    double high = Math.log(most);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (holds.test(Math.exp(middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }
}
