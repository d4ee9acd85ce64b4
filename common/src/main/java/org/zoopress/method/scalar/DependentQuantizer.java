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
 * zero are tried; farther ones never win at the λ used here.
 */
final class DependentQuantizer {
  /** A fourth pass gains less than 0.05 %. */
  private static final int PASSES = 3;

  private final IntegerLayout layout;
  private final Trellis trellis;
  private final float lambda;

  // Survivors of one segment: the index that led into a state, and the state it came from.
  private int[] arrivingIndex = new int[0];
  private byte[] arrivingFrom = new byte[0];

  // Best index and cost of each subset at the current position: quantizer · 2 + parity.
  private final int[] subsetIndex = new int[4];
  private final float[] subsetCost = new float[4];

  DependentQuantizer(IntegerLayout layout, Trellis trellis, double rateWeight) {
    this.layout = layout;
    this.trellis = trellis;
    this.lambda = (float) (rateWeight * highRateSlope(trellis));
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
    if (arrivingIndex.length < count * states) {
      arrivingIndex = new int[count * states];
      arrivingFrom = new byte[count * states];
    }
    double[] cost = new double[states];
    double[] nextCost = new double[states];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    cost[0] = 0;
    for (int i = 0; i < count; i++) {
      for (int quantizer = 0; quantizer < Math.min(2, states); quantizer++) {
        tryPoints(x[from + i], rates, from + i, quantizer);
      }
      Arrays.fill(nextCost, Double.POSITIVE_INFINITY);
      for (int state = 0; state < states; state++) {
        extend(state, cost[state], nextCost, i * states);
      }
      double[] swap = cost;
      cost = nextCost;
      nextCost = swap;
    }
    traceBack(cost, points, from, count);
  }

  private void extend(int state, double cost, double[] nextCost, int row) {
    for (int parity = 0; parity < 2; parity++) {
      int subset = 2 * trellis.quantizer(state) + parity;
      int next = trellis.next(state, parity);
      double sum = cost + subsetCost[subset];
      if (sum < nextCost[next]) {
        nextCost[next] = sum;
        arrivingIndex[row + next] = subsetIndex[subset];
        arrivingFrom[row + next] = (byte) state;
      }
    }
  }

  private void tryPoints(float x, IntegerRates rates, int position, int quantizer) {
    // Position of x on the scale of indices; exact at the points.
    float exact = trellis == Trellis.NONE ? x : 0.5f * (x + (quantizer == 0 ? 0 : Math.signum(x)));
    for (int parity = 0; parity < 2; parity++) {
      int subset = 2 * quantizer + parity;
      subsetCost[subset] = Float.POSITIVE_INFINITY;
      int below = 2 * (int) Math.floor((exact - parity) * 0.5f) + parity;
      tryIndex(x, rates, position, quantizer, subset, below);
      tryIndex(x, rates, position, quantizer, subset, below + 2);
      if (parity == 0 && below != 0 && below != -2) {
        tryIndex(x, rates, position, quantizer, subset, 0);
      }
    }
  }

  private void tryIndex(
      float x, IntegerRates rates, int position, int quantizer, int subset, int index) {
    float error = x - trellis.point(quantizer, index);
    float cost = error * error + lambda * rates.bits(position, quantizer, index);
    if (cost < subsetCost[subset]) {
      subsetCost[subset] = cost;
      subsetIndex[subset] = index;
    }
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
      int index = arrivingIndex[i * states + state];
      state = arrivingFrom[i * states + state];
      points[from + i] = trellis.point(state, index);
    }
  }
}
