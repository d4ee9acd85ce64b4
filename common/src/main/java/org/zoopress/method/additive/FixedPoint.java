package org.zoopress.method.additive;

/**
 * Numbers as multiples of a small step in 64 bits. Their sums are exact, so that it does not matter
 * in which order and on how many machines they are added up: a sum of doubles would need one fixed
 * tree of additions, which a repeated task or another number of partitions must not change.
 *
 * <p>Bounds: vectors are brought to unit root mean square, and values beyond {@link #LARGEST} are
 * cut off where they are sampled, so that a billion of them cannot overflow: 512 · 2²⁴ · 10⁹ &lt;
 * 2⁶³, and for squares 2¹⁸ · 2¹⁵ · 10⁹ &lt; 2⁶³. One tensor by itself adds at most 2¹⁷ vectors of
 * at most 2¹⁶ each. The step 2⁻²⁴ is the last bit of a float32 just below 1.
 */
final class FixedPoint {
  /** Largest magnitude of a value of which a billion may be added. */
  static final float LARGEST = 512;

  /** Most vectors that may be added. */
  static final long MOST_VECTORS = 1_000_000_000;

  private static final double STEPS = 1 << 24;
  private static final double SQUARE_STEPS = 1 << 15;

  private FixedPoint() {}

  /** The nearest multiple of 2⁻²⁴. */
  static long of(float value) {
    return Math.round(value * STEPS);
  }

  /** Inverse of {@link #of} for a sum. */
  static double value(long fixed) {
    return fixed / STEPS;
  }

  /** The nearest multiple of 2⁻¹⁵ to the square; that of {@link #LARGEST} at most. */
  static long square(double value) {
    return product(value, value);
  }

  /** The nearest multiple of 2⁻¹⁵ to a·b, which is cut off where {@link #square} is. */
  static long product(double a, double b) {
    double bound = (double) LARGEST * LARGEST;
    return Math.round(Math.max(-bound, Math.min(a * b, bound)) * SQUARE_STEPS);
  }

  /** Inverse of {@link #square} and {@link #product} for a sum. */
  static double squareValue(long fixed) {
    return fixed / SQUARE_STEPS;
  }

  /** The number itself, checked to be one whose sums are exact. */
  static long counted(long vectors) {
    if (vectors > MOST_VECTORS) {
      throw new ArithmeticException(
          "%d vectors are more than %d, whose sums are exact".formatted(vectors, MOST_VECTORS));
    }
    return vectors;
  }
}
