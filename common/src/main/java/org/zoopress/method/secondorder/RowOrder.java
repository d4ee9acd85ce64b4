package org.zoopress.method.secondorder;

/** Matrices that are stored inputs first. */
final class RowOrder {
  private RowOrder() {}

  /** A rows×n matrix, row-major, as n×rows. */
  static float[] transposed(float[] values, int rows) {
    int columns = values.length / rows;
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }
}
