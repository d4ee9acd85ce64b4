package org.zoopress.datafree;

/**
 * A learning rate that falls from its peak to zero as half a cosine.
 *
 * @param peak of the first step
 * @param steps in all
 */
record CosineSchedule(double peak, int steps) {
  /** Rate of a step, counted from 0. */
  double rate(int step) {
    return peak * 0.5 * (1 + Math.cos(Math.PI * step / steps));
  }
}
