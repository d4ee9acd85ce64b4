package org.zoopress.metric;

import java.io.Serializable;

/**
 * A sum of doubles whose rounding error does not grow with the number of terms (Neumaier,
 * Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54, 1974). Infinite
 * terms give an infinite sum.
 */
final class CompensatedSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private double sum;
  private double correction;

  void add(double term) {
    double next = sum + term;
    if (Double.isFinite(next)) { // infinity − infinity would make the correction NaN
      correction += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
    }
    sum = next;
  }

  double value() {
    return sum + correction;
  }
}
