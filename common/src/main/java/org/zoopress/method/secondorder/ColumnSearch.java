package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ColumnContext;
import org.zoopress.coding.ColumnRates;
import org.zoopress.coding.Trellis;

/**
 * Chooses the points of the columns, one column after the other: the path through the trellis that
 * minimises
 *
 * <pre>  Σ weight · (x − r)² + λ · bits(r)</pre>
 *
 * by Viterbi's algorithm, with costs of indices in contexts that tentative points give.
 *
 * <p>At the end of a column there is a survivor in each state of the trellis, and none is dropped
 * yet: columns are short, and a path that has to leave from one given state loses some of what the
 * trellis gains. The survivors have erred differently in the column, so that each has a target of
 * its own in the next one (per-survivor processing). When that is done, the origin of the best path
 * settles the column before, and paths from other origins are dropped.
 *
 * @see <a href="https://doi.org/10.1109/26.380095">Raheli, Polydoros and Tzou, Per-survivor
 *     processing, 1995</a>
 */
final class ColumnSearch {
  /** (Quantizer, parity of the index) that a point can belong to. */
  private static final int SUBSETS = 4;

  /** The second choice has its contexts from the first one; a third changes nothing measurable. */
  private static final int ROUNDS = 2;

  private final Trellis trellis;
  private final double lambda;
  private final int states;
  private final int outputs;

  // The two ways into each state: where from, and by an index of which subset.
  private final int[] comesFrom;
  private final int[] subsets;

  // Of the column that is not settled yet, for the survivor in each state: points, errors, cost.
  private int[] points;
  private double[] errors;
  private double[] cost;
  private boolean pending;

  // Of the current column, for each output and state: point of the survivor and state before.
  private final int[] chosen;
  private final short[] before;
  private int[] nextPoints;
  private double[] nextErrors;

  // Work space of a column.
  private double[] current;
  private double[] next;
  private int[] origin;
  private int[] nextOrigin;
  private final double[] subsetCost;
  private final int[] subsetPoint;
  private final int[] triedAt;
  private final int[] contexts;
  private final int[] tentative;

  /** At the start of a layer. */
  ColumnSearch(int outputs, Trellis trellis, double rateWeight) {
    this.trellis = trellis;
    this.outputs = outputs;
    states = trellis.states();
    lambda = rateWeight * highRateSlope(trellis);
    comesFrom = new int[2 * states];
    subsets = new int[2 * states];
    int[] found = new int[states];
    for (int state = 0; state < states; state++) {
      for (int parity = 0; parity < 2; parity++) {
        int to = trellis.next(state, parity);
        int way = 2 * to + found[to]++;
        comesFrom[way] = state;
        subsets[way] = 2 * trellis.quantizer(state) + parity;
      }
    }
    points = new int[states * outputs];
    errors = new double[states * outputs];
    nextPoints = new int[states * outputs];
    nextErrors = new double[states * outputs];
    chosen = new int[states * outputs];
    before = new short[states * outputs];
    cost = new double[states];
    Arrays.fill(cost, Double.POSITIVE_INFINITY);
    cost[0] = 0;
    current = new double[states];
    next = new double[states];
    origin = new int[states];
    nextOrigin = new int[states];
    subsetCost = new double[SUBSETS * states];
    subsetPoint = new int[SUBSETS * states];
    triedAt = new int[states];
    contexts = new int[outputs];
    tentative = new int[outputs];
  }

  /** −dD/dR = 2 ln 2 · D at high rate, with D of the trellis' own granular gain. */
  static double highRateSlope(Trellis trellis) {
    double spacing = trellis == Trellis.NONE ? 1 : 2;
    double gain = trellis == Trellis.NONE ? 1 : 1.28; // 1.08 dB
    return 2 * Math.log(2) * spacing * spacing / 12 / gain;
  }

  /**
   * A column to be quantized, output by output.
   *
   * @param target wanted coefficient, for the columns before that are settled
   * @param link what an error in the column that is not settled adds to the target
   * @param step of the column
   * @param weight of squared errors in units of the step
   * @param plain wanted coefficient without any feedback, which errors are counted from
   */
  record Column(double[] target, double[] link, double[] step, double[] weight, double[] plain) {}

  /**
   * Searches the next column, settles the one before, and lets the contexts learn the best guess.
   *
   * @param settled of the column before: points, set unless this is the first column
   */
  void search(Column column, ColumnContext near, ColumnRates rates, int[] settled) {
    int best = best(cost);
    for (int o = 0; o < outputs; o++) {
      tentative[o] = (int) Math.rint(limited(aim(column, best, o)));
    }
    int end = 0;
    for (int round = 0; round < ROUNDS; round++) {
      walk(near);
      end = choose(column, rates);
      traceBack(end, tentative, 0);
    }
    near.startColumn();
    for (int point : tentative) {
      near.learn(point);
    }
    near.endColumn();
    settle(end, settled);
    keepSurvivors(column, current[end], origin[end]);
  }

  /**
   * Settles the last column.
   *
   * @param settled its points
   */
  void finish(int[] settled) {
    System.arraycopy(points, best(cost) * outputs, settled, 0, outputs);
  }

  private static int best(double[] cost) {
    int best = 0;
    for (int s = 1; s < cost.length; s++) {
      if (cost[s] < cost[best]) {
        best = s;
      }
    }
    return best;
  }

  /** Target of a path from that state, in units of the step. */
  private double aim(Column column, int from, int o) {
    double sum = column.target[o];
    if (pending) {
      sum += column.link[o] * errors[from * outputs + o];
    }
    return sum / column.step[o];
  }

  private static double limited(double x) {
    return Math.max(-LayerQuantizer.LARGEST_POINT, Math.min(LayerQuantizer.LARGEST_POINT, x));
  }

  private void walk(ColumnContext near) {
    near.startColumn();
    for (int o = 0; o < outputs; o++) {
      contexts[o] = near.context();
      near.learn(tentative[o]);
    }
  }

  /** Returns the best state at the end of the column; current and origin are those at the end. */
  private int choose(Column column, ColumnRates rates) {
    System.arraycopy(cost, 0, current, 0, states);
    for (int s = 0; s < states; s++) {
      origin[s] = pending ? s : 0;
    }
    Arrays.fill(triedAt, -1);
    for (int o = 0; o < outputs; o++) {
      for (int state = 0; state < states; state++) {
        step(column, rates, o, state);
      }
      double[] swap = current;
      current = next;
      next = swap;
      int[] swapOrigin = origin;
      origin = nextOrigin;
      nextOrigin = swapOrigin;
    }
    return best(current);
  }

  private void step(Column column, ColumnRates rates, int o, int state) {
    double least = Double.POSITIVE_INFINITY;
    int from = comesFrom[2 * state];
    int place = 0;
    for (int way = 2 * state; way < 2 * state + 2; way++) {
      int candidate = comesFrom[way];
      if (current[candidate] == Double.POSITIVE_INFINITY) {
        continue;
      }
      int start = origin[candidate];
      if (triedAt[start] != o) {
        triedAt[start] = o;
        tryPoints(aim(column, start, o), column.weight[o], rates, contexts[o], start * SUBSETS);
      }
      double sum = current[candidate] + subsetCost[start * SUBSETS + subsets[way]];
      if (sum < least) {
        least = sum;
        from = candidate;
        place = start * SUBSETS + subsets[way];
      }
    }
    next[state] = least;
    nextOrigin[state] = origin[from];
    before[o * states + state] = (short) from;
    chosen[o * states + state] = subsetPoint[place];
  }

  private void tryPoints(double aim, double weight, ColumnRates rates, int context, int place) {
    double x = limited(aim);
    int quantizers = Math.min(2, states);
    for (int quantizer = 0; quantizer < quantizers; quantizer++) {
      // Position of x on the scale of indices; exact at the points.
      double exact =
          trellis == Trellis.NONE ? x : 0.5 * (x + (quantizer == 0 ? 0 : Math.signum(x)));
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
        subsetCost[place + 2 * quantizer + parity] = least;
        subsetPoint[place + 2 * quantizer + parity] = trellis.point(quantizer, best);
      }
    }
  }

  private double cost(
      double x, double weight, ColumnRates rates, int context, int quantizer, int index) {
    double error = x - trellis.point(quantizer, index);
    return weight * error * error + lambda * rates.bits(context, quantizer, index);
  }

  private void traceBack(int end, int[] path, int from) {
    int state = end;
    for (int o = outputs - 1; o >= 0; o--) {
      path[from + o] = chosen[o * states + state];
      state = before[o * states + state];
    }
  }

  private void settle(int end, int[] settled) {
    if (pending) {
      System.arraycopy(points, origin[end] * outputs, settled, 0, outputs);
    }
  }

  private void keepSurvivors(Column column, double least, int start) {
    for (int s = 0; s < states; s++) {
      if (current[s] == Double.POSITIVE_INFINITY || origin[s] != start) {
        cost[s] = Double.POSITIVE_INFINITY;
        continue;
      }
      cost[s] = current[s] - least;
      traceBack(s, nextPoints, s * outputs);
      for (int o = 0; o < outputs; o++) {
        int place = s * outputs + o;
        nextErrors[place] = column.plain[o] - nextPoints[place] * column.step[o];
      }
    }
    int[] swap = points;
    points = nextPoints;
    nextPoints = swap;
    double[] swapErrors = errors;
    errors = nextErrors;
    nextErrors = swapErrors;
    pending = true;
  }
}
