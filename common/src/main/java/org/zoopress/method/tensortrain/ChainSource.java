package org.zoopress.method.tensortrain;

import java.util.List;

/** One tensor and a way to decompose it into a train at any ranks. */
public interface ChainSource {
  /** n_1 … n_d. */
  int[] modes();

  /** ‖W‖². */
  double energy();

  /**
   * Squared singular values of the d−1 unfoldings (n_1⋯n_k)×(n_{k+1}⋯n_d), descending, without
   * those that are rounding noise; empty lists for a tensor of zeros.
   */
  List<double[]> spectra();

  /**
   * Decomposes; a rank above the numerical one is lowered to it.
   *
   * @param ranks r_1 … r_{d-1}, each at least 1
   */
  CoreChain chain(int[] ranks);

  /** The chain of least error with at most so many numbers; ranks are at least 1 even so. */
  CoreChain chainOfSize(long numbers);

  /**
   * Ranks that need few numbers and whose error is about the bound: a first guess, to be measured
   * and corrected.
   */
  int[] ranksWithin(double squaredError);
}
