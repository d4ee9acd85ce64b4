package org.zoopress.method.scalar;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;

/**
 * The step of each row: one for all, or step · 2^(j/4) with a stored integer j a row. A quarter of
 * an octave is fine enough: a step off by an eighth changes the error by a few parts in a thousand.
 */
final class RowSteps {
  private static final int PARTS = 4;
  private static final double[] FRACTIONS = {
    1, 1.189207115002721, 1.4142135623730951, 1.681792830507429
  };

  /** A float32 spans 277 octaves. */
  private static final int LARGEST_EXPONENT = 280 * PARTS;

  private final float step;
  // Exponents j of the rows; null for one step.
  private final int[] exponents;
  private final int rows;

  private RowSteps(float step, int[] exponents, int rows) {
    this.step = step;
    this.exponents = exponents;
    this.rows = rows;
  }

  static RowSteps single(float step, int rows) {
    return new RowSteps(step, null, rows);
  }

  /**
   * Steps in proportion to the root mean square of each row.
   *
   * @param overall root mean square of all rows, to which {@code step} belongs
   */
  static RowSteps proportional(float step, float[] weights, int rows, double overall) {
    int[] exponents = new int[rows];
    int length = weights.length / rows;
    for (int row = 0; row < rows; row++) {
      double own = rootMeanSquare(weights, row * length, length);
      if (own > 0 && overall > 0) {
        double octaves = StrictMath.log(own / overall) / StrictMath.log(2);
        exponents[row] = (int) Math.rint(PARTS * octaves);
      }
    }
    return new RowSteps(step, exponents, rows);
  }

  static double rootMeanSquare(float[] values, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum / length);
  }

  RowSteps withStep(float other) {
    return new RowSteps(other, exponents, rows);
  }

  float step() {
    return step;
  }

  boolean perRow() {
    return exponents != null;
  }

  private float stepOfRow(int row) {
    if (exponents == null) {
      return step;
    }
    int j = exponents[row];
    double scaled = step * FRACTIONS[Math.floorMod(j, PARTS)];
    return (float) Math.scalb(scaled, Math.floorDiv(j, PARTS));
  }

  /** Weights in units of their steps. */
  float[] normalise(float[] weights) {
    float[] x = new float[weights.length];
    int length = weights.length / rows;
    for (int row = 0; row < rows; row++) {
      double own = stepOfRow(row);
      for (int i = row * length; i < (row + 1) * length; i++) {
        // A row whose step underflows has no weights worth a point.
        x[i] = own == 0 ? 0 : (float) (weights[i] / own);
      }
    }
    return x;
  }

  float[] reconstruct(int[] points) {
    float[] values = new float[points.length];
    int length = points.length / rows;
    for (int row = 0; row < rows; row++) {
      float own = stepOfRow(row);
      for (int i = row * length; i < (row + 1) * length; i++) {
        values[i] = points[i] * own;
      }
    }
    return values;
  }

  void write(ByteWriter out) {
    out.writeFloat(step);
    if (exponents != null) {
      IntegerCoder.encode(out, exponents, IntegerLayout.SEQUENCE);
    }
  }

  static RowSteps read(ByteReader in, boolean perRow, int rows) {
    float step = in.readFloat();
    if (!(step > 0) || step == Float.POSITIVE_INFINITY) {
      throw new CorruptDataException("quantization step is " + step);
    }
    if (!perRow) {
      return single(step, rows);
    }
    int[] exponents = IntegerCoder.decode(in, rows, IntegerLayout.SEQUENCE);
    for (int j : exponents) {
      if (Math.abs((long) j) > LARGEST_EXPONENT) {
        throw new CorruptDataException(
            "step of a row is 2^(%d/4) times the common one".formatted(j));
      }
    }
    return new RowSteps(step, exponents, rows);
  }
}
