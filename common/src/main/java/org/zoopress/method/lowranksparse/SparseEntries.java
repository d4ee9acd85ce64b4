package org.zoopress.method.lowranksparse;

/**
 * The entries of S; arrays are shared and not written to.
 *
 * @param positions indices into the column-major values of the matrix, ascending
 * @param values one a position
 */
public record SparseEntries(int[] positions, double[] values) {
  /** S = 0. */
  static final SparseEntries NONE = new SparseEntries(new int[0], new double[0]);

  /** card(S). */
  public int count() {
    return positions.length;
  }

  /** target ← target + factor · S. */
  void addTo(double[] target, double factor) {
    for (int i = 0; i < positions.length; i++) {
      target[positions[i]] += factor * values[i];
    }
  }

  /** The values of the matrix at the positions. */
  static SparseEntries gather(double[] matrix, int[] positions) {
    double[] values = new double[positions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix[positions[i]];
    }
    return new SparseEntries(positions, values);
  }
}
