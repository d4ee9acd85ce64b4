package org.zoopress.method.rotatedtrellis;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Solves one partition: chooses what is mixed, spreads bits, searches for codes, fits the scale.
 */
final class RotatedTrellisSolver {
  /**
   * States of the trellis that compares layouts: a quarter of the default's time each. With a
   * sixteenth it took too many mixed ones.
   */
  private static final int TRIAL_STATE_BITS = 10;

  /** Layouts expected to err so many times more than another are not tried. */
  private static final double DOUBT = 1.25;

  /** An axis of fewer weights a scale is mixed: its scales would take more than they save. */
  private static final int FEWEST_PER_SCALE = 8;

  private final RotatedTrellisParams params;
  private final TrellisSearch search;
  private final TrellisSearch trialSearch;
  private final int exponent;
  private final List<Rotated> candidates = new ArrayList<>();

  RotatedTrellisSolver(
      WeightPartition partition, RotatedTrellisParams params, TrellisKernels kernels) {
    this.params = params;
    this.search = new TrellisSearch(params.stateBits(), kernels);
    this.trialSearch = new TrellisSearch(TRIAL_STATE_BITS, kernels);
    float[] weights = partition.values();
    this.exponent = normalise(weights);
    for (RotatedLayout layout : layouts(partition.shape())) {
      candidates.add(Rotated.of(weights.clone(), layout));
    }
  }

  /** Brings the largest weight to [1, 2), so that no square overflows; exact but for subnormals. */
  private static int normalise(float[] weights) {
    float largest = 0;
    for (float w : weights) {
      largest = Math.max(largest, Math.abs(w));
    }
    int exponent = largest == 0 ? 0 : Math.getExponent((double) largest);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.scalb((double) weights[i], -exponent);
    }
    return exponent;
  }

  private static List<RotatedLayout> layouts(Shape shape) {
    RotatedLayout mixed = RotatedLayout.of(shape, true, true);
    boolean outputScales = mayHaveScales(mixed.outputs(), mixed.elements());
    boolean inputScales = mayHaveScales(mixed.inputs(), mixed.elements());
    List<RotatedLayout> layouts = new ArrayList<>();
    layouts.add(mixed);
    if (outputScales) {
      layouts.add(RotatedLayout.of(shape, false, true));
    }
    if (inputScales) {
      layouts.add(RotatedLayout.of(shape, true, false));
    }
    if (outputScales && inputScales) {
      layouts.add(RotatedLayout.of(shape, false, false));
    }
    return layouts;
  }

  private static boolean mayHaveScales(int length, int elements) {
    return length > 1 && elements / length >= FEWEST_PER_SCALE;
  }

  RotatedTrellisFactors solve(double bits) {
    Rotated best = best(bits);
    Coded coded = best.coded(bits, search);
    double scale = coded.scale(best.targets()) * best.unit();
    return new RotatedTrellisFactors(
        best.layout(),
        best.code(params.stateBits()),
        (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, Math.scalb(scale, exponent))),
        coded.offset(),
        best.scales(),
        coded.schedule().encode(coded.states(), params.stateBits()),
        RotatedTrellisFactors.operatingPoint(bits));
  }

  /** The layout of least error, tried with few states where theory leaves a doubt. */
  private Rotated best(double bits) {
    double leastExpected = Double.POSITIVE_INFINITY;
    for (Rotated candidate : candidates) {
      leastExpected = Math.min(leastExpected, candidate.expectedError(bits));
    }
    double bound = DOUBT * leastExpected;
    List<Rotated> likely = candidates.stream().filter(c -> c.expectedError(bits) <= bound).toList();
    if (likely.size() == 1) {
      return likely.get(0);
    }
    Rotated best = candidates.get(0);
    double least = Double.POSITIVE_INFINITY;
    for (Rotated candidate : likely) {
      double error = candidate.error(candidate.coded(bits, trialSearch));
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  /**
   * Weights in one layout.
   *
   * @param targets rotated weights over {@code unit}: of variance 1 each, but for their scales
   */
  private record Rotated(
      RotatedLayout layout, AxisScales scales, float[] targets, double unit, Tails tails) {
    static Rotated of(float[] weights, RotatedLayout layout) {
      layout.forward(weights);
      AxisScales scales = AxisScales.fit(weights, layout);
      AxisScales.Moments moments = scales.moments(weights, layout);
      double unit = moments.deviation();
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (weights[i] / unit);
      }
      return new Rotated(layout, scales, weights, unit, Tails.ofKurtosis(moments.kurtosis()));
    }

    TrellisCode code(int stateBits) {
      return TrellisCode.of(stateBits, tails);
    }

    private int offset(long[] histogram, double bits, int stateBits) {
      double wanted = bits * layout.elements();
      // The offset's bytes are counted as for a large one. Tiny weights get half for their codes.
      double header = 8.0 * RotatedTrellisFactors.headerBytes(RateLadder.highestOffset(), scales);
      long forCodes = (long) Math.max(wanted - header, wanted / 2);
      return StepSchedule.largestOffset(histogram, forCodes / 8 * 8, stateBits);
    }

    /** Σ σ² 4^(−R), what Gaussian weights of these scales would lose with a perfect code. */
    double expectedError(double bits) {
      long[] histogram = scales.histogram(layout);
      int offset = offset(histogram, bits, TRIAL_STATE_BITS);
      return unit * unit * StepSchedule.expectedError(histogram, offset);
    }

    Coded coded(double bits, TrellisSearch search) {
      int stateBits = search.stateBits();
      int offset = offset(scales.histogram(layout), bits, stateBits);
      StepSchedule schedule = new StepSchedule(layout, scales, offset);
      TrellisCode code = code(stateBits);
      int[] states = search.states(code, targets, schedule);
      float[] decoded = schedule.values(states, code, layout.elements());
      return new Coded(offset, schedule, states, decoded);
    }

    /** ‖w − ŵ‖². */
    double error(Coded coded) {
      double scale = coded.scale(targets);
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        double difference = targets[i] - scale * coded.decoded()[i];
        sum += difference * difference;
      }
      return unit * unit * sum;
    }
  }

  /** Codes and what they decode to. */
  private record Coded(int offset, StepSchedule schedule, int[] states, float[] decoded) {
    /** s = ⟨x, y⟩/⟨y, y⟩, of least ‖x − s·y‖². */
    double scale(float[] targets) {
      double product = 0;
      double norm = 0;
      for (int i = 0; i < decoded.length; i++) {
        product += (double) targets[i] * decoded[i];
        norm += (double) decoded[i] * decoded[i];
      }
      return norm == 0 ? 0 : product / norm;
    }
  }
}
