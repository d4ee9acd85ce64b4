package org.zoopress.method.tucker;

import java.util.Arrays;

/**
 * Rank of a matrix in Gaussian noise of unknown variance by empirical variational Bayes matrix
 * factorization: the global analytic solution for a fully observed L×M matrix, L ≤ M.
 *
 * <p>With α = L/M and noise variance σ², a singular value γ is kept if γ² &gt; Mσ²·x̲, where
 *
 * <pre>  x̲ = (1 + τ̲)(1 + α/τ̲),    τ̲ the root of Φ(τ) + Φ(τ/α) = 0,   Φ(z) = log(1 + z)/z − ½
 * </pre>
 *
 * (τ̲ ≈ 2.5129·√α is the usual approximation). σ² minimises the free energy, which but for
 * constants is, with x_h = γ_h²/(Mσ²),
 *
 * <pre>
 *   L log σ² + Σ_{x_h ≤ x̲} x_h + Σ_{x_h &gt; x̲} (x_h − τ_h + log(τ_h + 1) + α log(τ_h/α + 1))
 *   τ(x) = ½(x − (1 + α) + √((x − (1 + α))² − 4α)) </pre>
 *
 * over an interval that the source derives. The function has several minima; it is searched on a
 * grid and then refined.
 *
 * @see <a href="https://jmlr.org/papers/v14/nakajima13a.html">Nakajima, Sugiyama, Babacan and
 *     Tomioka, Global Analytic Solution of Fully-observed Variational Bayesian Matrix
 *     Factorization, JMLR 14, 2013</a>: Theorem 2 (shrinkage and threshold), Section 3.4 and
 *     Corollary 3 (noise variance)
 */
public final class Evbmf {
  /** Grid points on the logarithm of the noise variance. */
  private static final int GRID = 200;

  private static final int REFINEMENTS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final int rows;
  private final int columns;
  private final double[] energies;
  private final double alpha;
  private final double threshold;

  private Evbmf(int rows, int columns, double[] energies) {
    this.rows = rows;
    this.columns = columns;
    this.energies = energies;
    this.alpha = rows / (double) columns;
    double tau = smallestTau(alpha);
    this.threshold = (1 + tau) * (1 + alpha / tau);
  }

  /**
   * @param rows either size of the matrix
   * @param columns the other one
   * @param energies its squared singular values, descending; missing ones count as zeros
   * @return estimated rank, 0 for pure noise
   */
  public static int rank(int rows, int columns, double[] energies) {
    int smaller = Math.min(rows, columns);
    double[] all = Arrays.copyOf(energies, smaller);
    if (!(all[0] > 0)) {
      return 0;
    }
    return new Evbmf(smaller, Math.max(rows, columns), all).rank();
  }

  private int rank() {
    double variance = noiseVariance();
    int rank = 0;
    while (rank < rows && energies[rank] > columns * variance * threshold) {
      rank++;
    }
    return rank;
  }

  /** Root of Φ(τ) + Φ(τ/α), which falls from above 0 to below it; between its arguments' roots. */
  private static double smallestTau(double alpha) {
    double low = 2 * alpha; // Φ(z) > 0 below 2.5128…, so both terms are
    double high = 3;
    for (int i = 0; i < REFINEMENTS; i++) {
      double middle = (low + high) / 2;
      if (phi(middle) + phi(middle / alpha) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double phi(double z) {
    return Math.log1p(z) / z - 0.5;
  }

  private double noiseVariance() {
    double total = Arrays.stream(energies).sum();
    double upper = total / ((double) rows * columns);
    double lower = Math.max(lowerBound(), upper * 1e-15); // an exact rank leaves no noise at all
    if (lower >= upper) {
      return upper;
    }
    double from = Math.log(lower);
    double step = (Math.log(upper) - from) / GRID;
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= GRID; i++) {
      double value = freeEnergy(Math.exp(from + i * step));
      if (value < least) {
        least = value;
        best = i;
      }
    }
    double low = from + Math.max(0, best - 1) * step;
    double high = from + Math.min(GRID, best + 1) * step;
    return Math.exp(goldenSection(low, high));
  }

  /** Most components the noise may leave, ⌈L/(1 + α)⌉ − 1, and what then is noise for sure. */
  private double lowerBound() {
    int most = Math.max(0, (int) Math.ceil(rows / (1 + alpha)) - 1);
    double tail = 0;
    for (int h = most; h < rows; h++) {
      tail += energies[h];
    }
    double mean = tail / ((double) (rows - most) * columns);
    return Math.max(mean, energies[most] / (columns * threshold));
  }

  private double goldenSection(double from, double to) {
    double low = from;
    double high = to;
    for (int i = 0; i < REFINEMENTS; i++) {
      double a = high - GOLDEN * (high - low);
      double b = low + GOLDEN * (high - low);
      if (freeEnergy(Math.exp(a)) <= freeEnergy(Math.exp(b))) {
        high = b;
      } else {
        low = a;
      }
    }
    return (low + high) / 2;
  }

  private double freeEnergy(double variance) {
    double sum = rows * Math.log(variance);
    for (double energy : energies) {
      double x = energy / (columns * variance);
      sum += x;
      if (x > threshold) {
        double b = x - (1 + alpha);
        double tau = 0.5 * (b + Math.sqrt(Math.max(0, b * b - 4 * alpha)));
        sum += -tau + Math.log1p(tau) + alpha * Math.log1p(tau / alpha);
      }
    }
    return sum;
  }
}
