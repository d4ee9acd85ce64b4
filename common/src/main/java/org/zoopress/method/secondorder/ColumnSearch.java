package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnContext;
import org.zoopress.coding.ColumnRates;
import org.zoopress.coding.Trellis;

/**
 * Chooses the points of one column: the path down the outputs that minimises
 *
 * <pre>  Σ_o weight_o · (x_o − r_o)² + λ · bits(r_o)</pre>
 *
 * by Viterbi's algorithm, with costs of indices in contexts that tentative points give.
 */
final class ColumnSearch {
  private static final int SUBSETS = 4;

  /** The second choice has its contexts from the first one; a third changes nothing measurable. */
  private static final int ROUNDS = 2;

  private final Trellis trellis;
  private final double lambda;
  private final int states;

  // The two ways into each state: where from, and by an index of which subset.
  private final int[] origins;
  private final int[] subsets;

  private final int[] bestIndices;
  private final byte[] ways;
  private final int[] contexts;
  private final double[] subsetCost = new double[SUBSETS];

  ColumnSearch(int outputs, Trellis trellis, double rateWeight) {
    this.trellis = trellis;
    this.states = trellis.states();
    this.lambda = rateWeight * highRateSlope(trellis);
    origins = new int[2 * states];
    subsets = new int[2 * states];
    int[] found = new int[states];
    for (int state = 0; state < states; state++) {
      for (int parity = 0; parity < 2; parity++) {
        int next = trellis.next(state, parity);
        int way = 2 * next + found[next]++;
        origins[way] = state;
        subsets[way] = 2 * trellis.quantizer(state) + parity;
      }
    }
    bestIndices = new int[outputs * SUBSETS];
    ways = new byte[outputs * states];
    contexts = new int[outputs];
  }

  /** −dD/dR = 2 ln 2 · D at high rate, with D of the trellis' own granular gain. */
  private static double highRateSlope(Trellis trellis) {
    double spacing = trellis == Trellis.NONE ? 1 : 2;
    double gain = trellis == Trellis.NONE ? 1 : 1.28; // 1.08 dB
    return 2 * Math.log(2) * spacing * spacing / 12 / gain;
  }

  /**
   * Chooses the points of a column and lets the contexts learn it.
   *
   * @param x targets in units of the step
   * @param weights of squared errors, in units in which λ is that of the layer
   * @param start state of the trellis
   * @param points of the layer; those from {@code from} on are set
   * @return state at the end
   */
  int search(
      double[] x,
      double[] weights,
      ColumnContext near,
      ColumnRates rates,
      int start,
      int[] points,
      int from) {
    for (int o = 0; o < contexts.length; o++) {
      points[from + o] = (int) Math.rint(x[o]);
    }
    int end = start;
    for (int round = 0; round < ROUNDS; round++) {
      walk(near, points, from, true);
      end = choose(x, weights, rates, start, points, from);
    }
    walk(near, points, from, false);
    near.endColumn();
    return end;
  }

  private void walk(ColumnContext near, int[] points, int from, boolean ask) {
    near.startColumn();
    for (int o = 0; o < contexts.length; o++) {
      if (ask) {
        contexts[o] = near.context();
      }
      near.learn(points[from + o]);
    }
  }

  private int choose(
      double[] x, double[] weights, ColumnRates rates, int start, int[] points, int from) {
    double[] cost = new double[states];
    double[] nextCost = new double[states];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    cost[start] = 0;
    int quantizers = Math.min(2, states);
    for (int o = 0; o < contexts.length; o++) {
      for (int quantizer = 0; quantizer < quantizers; quantizer++) {
        tryPoints(x[o], weights[o], rates, contexts[o], quantizer, o * SUBSETS);
      }
      for (int state = 0; state < states; state++) {
        double one = cost[origins[2 * state]] + subsetCost[subsets[2 * state]];
        double other = cost[origins[2 * state + 1]] + subsetCost[subsets[2 * state + 1]];
        boolean take = other < one;
        nextCost[state] = take ? other : one;
        ways[o * states + state] = (byte) (take ? 1 : 0);
      }
      double[] swap = cost;
      cost = nextCost;
      nextCost = swap;
    }
    return traceBack(cost, points, from);
  }

  private void tryPoints(
      double x, double weight, ColumnRates rates, int context, int quantizer, int row) {
    // Position of x on the scale of indices; exact at the points.
    double exact = trellis == Trellis.NONE ? x : 0.5 * (x + (quantizer == 0 ? 0 : Math.signum(x)));
    for (int parity = 0; parity < 2; parity++) {
      int below = 2 * (int) Math.floor((exact - parity) * 0.5) + parity;
      int best = below;
      double least = cost(x, weight, rates, context, quantizer, below);
      double above = cost(x, weight, rates, context, quantizer, below + 2);
      if (above < least) {
        least = above;
        best = below + 2;
      }
      if (parity == 0 && below != 0 && below != -2) {
        double zero = cost(x, weight, rates, context, quantizer, 0);
        if (zero < least) {
          least = zero;
          best = 0;
        }
      }
      int subset = 2 * quantizer + parity;
      subsetCost[subset] = least;
      bestIndices[row + subset] = best;
    }
  }

  private double cost(
      double x, double weight, ColumnRates rates, int context, int quantizer, int index) {
    double error = x - trellis.point(quantizer, index);
    return weight * error * error + lambda * rates.bits(context, quantizer, index);
  }

  private int traceBack(double[] cost, int[] points, int from) {
    int end = 0;
    for (int s = 1; s < states; s++) {
      if (cost[s] < cost[end]) {
        end = s;
      }
    }
    int state = end;
    for (int o = contexts.length - 1; o >= 0; o--) {
      int way = 2 * state + ways[o * states + state];
      state = origins[way];
      points[from + o] = trellis.point(state, bestIndices[o * SUBSETS + subsets[way]]);
    }
    return end;
  }
}
