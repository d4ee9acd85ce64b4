package org.zoopress.method.rotatedtrellis;

import java.util.Arrays;

/**
 * The codes of least squared error: Viterbi's algorithm over the 2^L states, in windows.
 *
 * <p>Rows of costs are kept as far as memory allows; then the best path is traced back and all but
 * its end, where the best path may still change, is fixed. The next window starts from the state
 * reached. Which predecessor was best is not stored but computed anew along the one path traced.
 */
final class TrellisSearch {
  /** Costs kept: 16 MiB, or 256 rows of one number a state. */
  private static final int FEWEST_COSTS = 1 << 22;

  /** After so many states' worth of bits all good paths share their beginning. */
  private static final int SETTLED_STATES = 6;

  /** Beyond any sum of squares, yet finite with more added to it. */
  private static final float FORBIDDEN = 1e37f;

  private final int stateBits;
  private final TrellisKernels kernels;
  private final float[] costs;

  TrellisSearch(int stateBits, TrellisKernels kernels) {
    this.stateBits = stateBits;
    this.kernels = kernels;
    this.costs = new float[Math.max(FEWEST_COSTS, 256 << stateBits)];
  }

  /** L. */
  int stateBits() {
    return stateBits;
  }

  /**
   * States of least error.
   *
   * @param code of 2^L states
   * @param targets rotated weights of unit overall scale
   * @return the state after each step of the schedule
   */
  int[] states(TrellisCode code, float[] targets, StepSchedule schedule) {
    int[] states = new int[schedule.steps()];
    int from = 0;
    while (from < states.length) {
      from = window(code, targets, schedule, states, from);
    }
    return states;
  }

  /** Fixes the states from {@code first} on; returns the first step that is still open. */
  private int window(
      TrellisCode code, float[] targets, StepSchedule schedule, int[] states, int first) {
    int steps = schedule.steps();
    int rowLength = rowLength(schedule.shift(first));
    Arrays.fill(costs, 0, rowLength, first == 0 ? 0 : FORBIDDEN);
    if (first > 0) {
      costs[states[first - 1] & (width(schedule.shift(first)) - 1)] = 0;
    }
    int at = 0;
    int end = first;
    int[] rows = new int[16];
    while (end < steps) {
      int after = at + rowLength;
      int nextLength = rowLength(schedule.shift(end + 1));
      if (after + nextLength > costs.length) {
        break;
      }
      if (end - first == rows.length) {
        rows = Arrays.copyOf(rows, 2 * rows.length);
      }
      rows[end - first] = at;
      kernels.advance(
          code.values(schedule.phase(end)),
          schedule.amplitude(end),
          targets[schedule.position(end)],
          costs,
          at,
          schedule.shift(end),
          after,
          schedule.shift(end + 1));
      at = after;
      rowLength = nextLength;
      end++;
    }
    int entry = cheapest(at, width(schedule.shift(end)));
    for (int step = end - 1; step >= first; step--) {
      states[step] = best(code, targets, schedule, step, rows[step - first], entry);
      entry = states[step] >>> schedule.shift(step);
    }
    return end == steps ? steps : settled(schedule, first, end);
  }

  private int width(int shift) {
    return 1 << (stateBits - shift);
  }

  private int rowLength(int shift) {
    return Math.max(TrellisKernels.PADDING, width(shift));
  }

  private int cheapest(int row, int width) {
    int best = 0;
    for (int q = 1; q < width; q++) {
      if (costs[row + q] < costs[row + best]) {
        best = q;
      }
    }
    return best;
  }

  /** The state after a step that led to entry q of the next row, by the sums that the row is of. */
  private int best(
      TrellisCode code, float[] targets, StepSchedule schedule, int step, int row, int entry) {
    float[] values = code.values(schedule.phase(step));
    float amplitude = schedule.amplitude(step);
    float target = targets[schedule.position(step)];
    float least = Float.POSITIVE_INFINITY;
    int best = entry;
    for (int p = entry; p < values.length; p += width(schedule.shift(step + 1))) {
      float distance = Math.fma(values[p], amplitude, -target);
      float cost = Math.fma(distance, distance, costs[row + (p >>> schedule.shift(step))]);
      if (cost < least) {
        least = cost;
        best = p;
      }
    }
    return best;
  }

  private int settled(StepSchedule schedule, int first, int end) {
    int bits = 0;
    int step = end;
    int earliest = first + (end - first + 1) / 2; // progress whatever the rates
    while (step > earliest && bits < SETTLED_STATES * stateBits) {
      step--;
      bits += schedule.shift(step);
    }
    return step;
  }
}
