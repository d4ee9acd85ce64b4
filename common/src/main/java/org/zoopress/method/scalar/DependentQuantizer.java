package org.zoopress.method.scalar;

import java.util.Arrays;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.coding.IntegerRates;
import org.zoopress.coding.Trellis;

/**
 * Chooses reconstruction points r for x (weights in units of the step) so that
 *
 * <pre>  Σ (x − r)² + λ · bits(r)</pre>
 *
 * is smallest over all paths through the trellis (Viterbi), with the bits that the entropy coder's
 * contexts give. Contexts and points depend on each other, hence a few passes: the first with what
 * the coder expects before learning, the others with what it learnt from the pass before.
 *
 * <p>Of each of the four subsets (quantizer, parity of the index) only the two points around x and
 * zero are tried: a farther one is off by two steps of its quantizer or more.
 */
final class DependentQuantizer {
  /** A fourth pass gains less than 0.1 %. */
  private static final int PASSES = 3;

  private static final int SUBSETS = 4;

  private final IntegerLayout layout;
  private final Trellis trellis;
  private final float lambda;

  // The two ways into each state: where from, and by an index of which subset
  // (quantizer · 2 + parity).
  private final int[] origins;
  private final int[] subsets;

  // Of one segment: the best index of each subset at each position, and which of the two ways the
  // survivor of each state took.
  private int[] bestIndices = new int[0];
  private byte[] ways = new byte[0];

  // Cost of the best index of each subset at the current position.
  private final float[] subsetCost = new float[SUBSETS];

  DependentQuantizer(IntegerLayout layout, Trellis trellis, double rateWeight) {
    this.layout = layout;
    this.trellis = trellis;
    this.lambda = (float) (rateWeight * highRateSlope(trellis));
    origins = new int[2 * trellis.states()];
    subsets = new int[2 * trellis.states()];
    int[] found = new int[trellis.states()];
    for (int state = 0; state < trellis.states(); state++) {
      for (int parity = 0; parity < 2; parity++) {
        int next = trellis.next(state, parity);
        int way = 2 * next + found[next]++;
        origins[way] = state;
        subsets[way] = 2 * trellis.quantizer(state) + parity;
      }
    }
  }

  /** −dD/dR = 2 ln 2 · D at high rate, with D of the trellis' own granular gain. */
  private static double highRateSlope(Trellis trellis) {
    double spacing = trellis == Trellis.NONE ? 1 : 2;
    double gain = trellis == Trellis.NONE ? 1 : 1.28; // 1.08 dB
    return 2 * Math.log(2) * spacing * spacing / 12 / gain;
  }

  /** The chosen points. */
  int[] quantize(float[] x) {
    int[] points = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      points[i] = Math.round(x[i]);
    }
    if (trellis == Trellis.NONE && lambda == 0) {
      return points;
    }
    IntegerRates rates = IntegerRates.expected(points, layout, trellis);
    for (int pass = 1; ; pass++) {
      search(x, rates, points);
      if (pass == PASSES) {
        return points;
      }
      rates = IntegerRates.measured(points, layout, trellis);
    }
  }

  private void search(float[] x, IntegerRates rates, int[] points) {
    int length = IntegerCoder.segmentLength(layout);
    for (int from = 0; from < x.length; from += length) {
      searchSegment(x, rates, points, from, Math.min(length, x.length - from));
    }
  }

  private void searchSegment(float[] x, IntegerRates rates, int[] points, int from, int count) {
    int states = trellis.states();
    if (ways.length < count * states) {
      ways = new byte[count * states];
      bestIndices = new int[count * SUBSETS];
    }
    double[] cost = new double[states];
    double[] nextCost = new double[states];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    cost[0] = 0;
    int quantizers = Math.min(2, states);
    for (int i = 0; i < count; i++) {
      for (int quantizer = 0; quantizer < quantizers; quantizer++) {
        tryPoints(x[from + i], rates, from + i, quantizer, i * SUBSETS);
      }
      for (int state = 0; state < states; state++) {
        double one = cost[origins[2 * state]] + subsetCost[subsets[2 * state]];
        double other = cost[origins[2 * state + 1]] + subsetCost[subsets[2 * state + 1]];
        boolean take = other < one;
        nextCost[state] = take ? other : one;
        ways[i * states + state] = (byte) (take ? 1 : 0);
      }
      double[] swap = cost;
      cost = nextCost;
      nextCost = swap;
    }
    traceBack(cost, points, from, count);
  }

  private void tryPoints(float x, IntegerRates rates, int position, int quantizer, int row) {
    // Position of x on the scale of indices; exact at the points.
    float exact = trellis == Trellis.NONE ? x : 0.5f * (x + (quantizer == 0 ? 0 : Math.signum(x)));
    for (int parity = 0; parity < 2; parity++) {
      int below = 2 * (int) Math.floor((exact - parity) * 0.5f) + parity;
      int best = below;
      float least = cost(x, rates, position, quantizer, below);
      float above = cost(x, rates, position, quantizer, below + 2);
      if (above < least) {
        least = above;
        best = below + 2;
      }
      if (parity == 0 && below != 0 && below != -2) {
        float zero = cost(x, rates, position, quantizer, 0);
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

  private float cost(float x, IntegerRates rates, int position, int quantizer, int index) {
    float error = x - trellis.point(quantizer, index);
    return error * error + lambda * rates.bits(position, quantizer, index);
  }

  private void traceBack(double[] cost, int[] points, int from, int count) {
    int states = trellis.states();
    int state = 0;
    for (int s = 1; s < states; s++) {
      if (cost[s] < cost[state]) {
        state = s;
      }
    }
    for (int i = count - 1; i >= 0; i--) {
      int way = 2 * state + ways[i * states + state];
      state = origins[way];
      points[from + i] = trellis.point(state, bestIndices[i * SUBSETS + subsets[way]]);
    }
  }
}
