package org.zoopress.datafree;

import java.util.function.DoubleToLongFunction;

/**
 * Finds the step whose bytes come close to a bound without passing it: the secant method on the
 * logarithm of the step, kept inside of the bracket of what is known to fit and not to fit.
 *
 * <p>A pass over a network is dear and its bytes are not quite smooth in the step, so a result is
 * good enough within {@value #SLACK} of the bound, and the number of passes is limited.
 */
final class StepSearch {
  static final double SLACK = 0.005;

  /** Octaves of the step that the first probe beside the start is away from it. */
  private static final double FIRST_MOVE = 0.25;

  /** Most octaves of one move while only one side of the bound is known. */
  private static final double MOST_MOVE = 2;

  /** Aims so much below the bound: what lands above it is a pass lost. */
  private static final double AIM = 1 - 0.4 * SLACK;

  private StepSearch() {}

  /**
   * Steps that make sense: what lies beyond an end gives about what the end gives.
   *
   * @param finest log₂ of the smallest
   * @param coarsest log₂ of the largest
   */
  record Range(double finest, double coarsest) {
    /** The nearest within. */
    double clamp(double logStep) {
      return Math.max(finest, Math.min(coarsest, logStep));
    }

    boolean contains(double logStep) {
      return logStep >= finest && logStep <= coarsest;
    }
  }

  /**
   * What was found.
   *
   * @param logStep log₂ of the step with the most bytes that fit; NaN if none did
   * @param bytes of it; −1 if none did
   * @param passes made
   */
  record Found(double logStep, long bytes, int passes) {}

  /**
   * @param bytesOfLogStep bytes at log₂ of a step; falls, but for small waves
   * @param range of the steps; the search ends where it would leave an end for what lies beyond
   * @param start log₂ of the step to begin with
   * @param bound most bytes
   * @param mostPasses at least 1
   */
  static Found search(
      DoubleToLongFunction bytesOfLogStep, Range range, double start, long bound, int mostPasses) {
    Found best = new Found(Double.NaN, -1, 0);
    double fits = Double.POSITIVE_INFINITY;
    double fitsNot = Double.NEGATIVE_INFINITY;
    double before = Double.NaN;
    double bitsBefore = Double.NaN;
    double at = range.clamp(start);
    for (int pass = 1; pass <= mostPasses; pass++) {
      long bytes = bytesOfLogStep.applyAsLong(at);
      if (bytes <= bound) {
        fits = Math.min(fits, at);
        best = bytes > best.bytes ? new Found(at, bytes, pass) : withPasses(best, pass);
      } else {
        fitsNot = Math.max(fitsNot, at);
        best = withPasses(best, pass);
      }
      if (bytes <= bound && bytes >= bound * (1 - SLACK)) {
        break;
      }
      double bits = Math.log(bytes);
      double slope = (bits - bitsBefore) / (at - before);
      double wanted = Math.log(bound * AIM);
      double next =
          slope < 0 ? at + (wanted - bits) / slope : at + Math.copySign(FIRST_MOVE, bits - wanted);
      before = at;
      bitsBefore = bits;
      at = range.clamp(inside(at, next, fitsNot, fits));
      if (at == before) {
        break;
      }
    }
    return best;
  }

  private static Found withPasses(Found best, int passes) {
    return new Found(best.logStep, best.bytes, passes);
  }

  /**
   * Not too far away without a bracket; with one its middle, where the secant leaves it or comes so
   * near an end as to stall.
   */
  private static double inside(double at, double next, double fitsNot, double fits) {
    if (Double.isInfinite(fits) || Double.isInfinite(fitsNot)) {
      return Math.max(at - MOST_MOVE, Math.min(at + MOST_MOVE, next));
    }
    double margin = 0.02 * (fits - fitsNot);
    return next > fitsNot + margin && next < fits - margin ? next : (fits + fitsNot) / 2;
  }
}
