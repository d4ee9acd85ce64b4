package org.zoopress.method.additive;

import java.util.Arrays;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;

/**
 * Scales s of a weight on a logarithmic grid: x = w / s has a root mean square of about 1.
 *
 * <pre>  s = 2^(level / {@value #PER_OCTAVE}) </pre>
 *
 * <p>The grid costs no error worth mention, because vectors are brought to unit scale by the scales
 * as stored and only then coded; it only leaves vectors that differ in scale by up to {@code
 * 2^(1/16)} for one codebook. The levels of a layer lie close together and take 3 to 4 bits each,
 * where a binary16 takes 16: of ResNet-20's channels of 144 weights that is 0.09 bits a weight.
 *
 * <p>Stored: the middle level as a signed varint; then the differences from it ({@link
 * IntegerCoder}).
 *
 * @param levels one a scale; {@link #ZERO} for the scale 0 of weights that all are zero
 */
record LogScales(int[] levels) {
  static final int PER_OCTAVE = 8;

  private static final int HIGHEST = 128 * PER_OCTAVE - 1;
  private static final int LOWEST = -149 * PER_OCTAVE;
  static final int ZERO = LOWEST - 1;

  /** Root mean squares of {@code count} equal parts of the weights. */
  static LogScales rootMeanSquares(float[] weights, int count) {
    int length = weights.length / count;
    int[] levels = new int[count];
    for (int s = 0; s < count; s++) {
      double sum = 0;
      for (int i = s * length; i < (s + 1) * length; i++) {
        sum += (double) weights[i] * weights[i];
      }
      levels[s] = nearest(Math.sqrt(sum / length));
    }
    return new LogScales(levels);
  }

  /** Scales 1. */
  static LogScales ones(int count) {
    return new LogScales(new int[count]);
  }

  /** Square roots of the variances. */
  static LogScales ofVariances(double[] variances) {
    int[] levels = new int[variances.length];
    Arrays.setAll(levels, s -> nearest(Math.sqrt(variances[s])));
    return new LogScales(levels);
  }

  /** Level of the product of two scales. */
  static int product(int a, int b) {
    return a == ZERO || b == ZERO ? ZERO : Math.max(LOWEST, Math.min(HIGHEST, a + b));
  }

  /** s = ⟨w, y⟩/⟨y, y⟩, of least ‖w − s·y‖² for the decoded vectors y of unit scale. */
  static LogScales leastSquares(float[] weights, float[] decoded, int count) {
    int length = weights.length / count;
    int[] levels = new int[count];
    for (int s = 0; s < count; s++) {
      double product = 0;
      double norm = 0;
      for (int i = s * length; i < (s + 1) * length; i++) {
        product += (double) weights[i] * decoded[i];
        norm += (double) decoded[i] * decoded[i];
      }
      levels[s] = norm == 0 ? ZERO : nearest(product / norm);
    }
    return new LogScales(levels);
  }

  private static int nearest(double scale) {
    if (!(scale > 0)) {
      return ZERO;
    }
    // StrictMath: what is stored must not depend on the processor.
    double level = Math.rint(PER_OCTAVE * StrictMath.log(scale) / StrictMath.log(2));
    return (int) Math.max(LOWEST, Math.min(HIGHEST, level));
  }

  int count() {
    return levels.length;
  }

  /** The scales themselves. */
  float[] values() {
    float[] values = new float[levels.length];
    for (int s = 0; s < values.length; s++) {
      values[s] = value(levels[s]);
    }
    return values;
  }

  static float value(int level) {
    return level == ZERO ? 0 : (float) StrictMath.pow(2, (double) level / PER_OCTAVE);
  }

  /** w / s. */
  float[] normalise(float[] weights) {
    float[] values = values();
    int length = weights.length / values.length;
    float[] x = new float[weights.length];
    for (int i = 0; i < x.length; i++) {
      float scale = values[i / length];
      x[i] = scale == 0 ? 0 : weights[i] / scale;
    }
    return x;
  }

  byte[] stored() {
    int[] sorted = levels.clone();
    Arrays.sort(sorted);
    int middle = sorted[sorted.length / 2];
    int[] differences = new int[levels.length];
    Arrays.setAll(differences, s -> levels[s] - middle);
    ByteWriter out = new ByteWriter();
    out.writeSignedVarint(middle);
    IntegerCoder.encode(out, differences, IntegerLayout.SEQUENCE);
    return out.toByteArray();
  }

  /**
   * Inverse of {@link #stored}.
   *
   * @throws CorruptDataException if the bytes are not so many levels
   */
  static LogScales read(byte[] stored, int count) {
    ByteReader in = new ByteReader(stored);
    long middle = in.readSignedVarint();
    if (middle < ZERO || middle > HIGHEST) {
      throw new CorruptDataException("middle level of scales is " + middle);
    }
    int[] levels = IntegerCoder.decode(in, count, IntegerLayout.SEQUENCE);
    in.expectEnd();
    for (int s = 0; s < count; s++) {
      long level = levels[s] + middle;
      if (level < ZERO || level > HIGHEST) {
        throw new CorruptDataException("level of a scale is " + level);
      }
      levels[s] = (int) level;
    }
    return new LogScales(levels);
  }
}
