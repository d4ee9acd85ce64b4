package org.zoopress.method.tucker;

/**
 * Energies of the core of a full HOSVD, summed so that the error of cutting it at any pair of ranks
 * is one look-up: the factor matrices are orthonormal, so a cut leaves out exactly the energy of
 * the numbers it drops.
 */
final class CoreEnergies {
  private final int outputs;
  private final int kernel;
  private final int inputs;

  /** Energy of the leading a×b part at {@code a·(inputs + 1) + b}. */
  private final double[] kept;

  private final double total;

  /**
   * @param core of shape (O, s, I), row-major
   */
  CoreEnergies(int outputs, int kernel, int inputs, double[] core) {
    this.outputs = outputs;
    this.kernel = kernel;
    this.inputs = inputs;
    this.kept = new double[Math.multiplyExact(outputs + 1, inputs + 1)];
    for (int a = 0; a < outputs; a++) {
      double[] row = new double[inputs];
      for (int p = 0; p < kernel; p++) {
        int from = (a * kernel + p) * inputs;
        for (int b = 0; b < inputs; b++) {
          row[b] += core[from + b] * core[from + b];
        }
      }
      double sum = 0;
      for (int b = 0; b < inputs; b++) {
        sum += row[b];
        kept[index(a + 1, b + 1)] = kept[index(a, b + 1)] + sum;
      }
    }
    this.total = kept[index(outputs, inputs)];
  }

  private int index(int a, int b) {
    return a * (inputs + 1) + b;
  }

  double total() {
    return total;
  }

  /** ‖W − Ŵ‖² of the HOSVD cut at these ranks. */
  double error(int outputRank, int inputRank) {
    return total - kept[index(outputRank, inputRank)];
  }

  /** O·r₁ + r₁·s·r₂ + r₂·I. */
  long numbers(int outputRank, int inputRank) {
    return (long) outputs * outputRank
        + (long) outputRank * kernel * inputRank
        + (long) inputRank * inputs;
  }

  /**
   * Largest second rank that the numbers allow beside the first one.
   *
   * @return 0 if there is none
   */
  int inputRankOfSize(int outputRank, long numbers) {
    long left = numbers - (long) outputs * outputRank;
    long each = (long) outputRank * kernel + inputs;
    return left < each ? 0 : (int) Math.min(inputs, left / each);
  }

  /** Ranks of the fewest numbers whose error is at most the bound; all of them if none is. */
  int[] within(double bound) {
    int[] best = {outputs, inputs};
    long fewest = Long.MAX_VALUE;
    int b = inputs;
    for (int a = 1; a <= outputs; a++) { // the more of one mode, the fewer of the other
      while (b > 1 && error(a, b - 1) <= bound) {
        b--;
      }
      if (error(a, b) <= bound && numbers(a, b) < fewest) {
        fewest = numbers(a, b);
        best = new int[] {a, b};
      }
    }
    return best;
  }
}
