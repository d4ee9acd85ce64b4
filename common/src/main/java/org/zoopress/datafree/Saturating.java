package org.zoopress.datafree;

/** Sums and products of sizes, at least 0; beyond the largest long they are that. */
final class Saturating {
  private Saturating() {}

  static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  static long product(long... factors) {
    long product = 1;
    for (long factor : factors) {
      boolean fits = factor == 0 || product <= Long.MAX_VALUE / factor;
      product = fits ? product * factor : Long.MAX_VALUE;
    }
    return product;
  }
}
