package org.zoopress.method;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.tensor.Float16;

/**
 * Stores a matrix of numbers (a dictionary, a core, a codebook) as float32, float16 or
 * entropy-coded integers with a step. The type, and the step or scale, are stored with it; rows and
 * columns are not, the caller knows them.
 *
 * <p>Stored form: one byte {@link FactorType#code}, then
 *
 * <ul>
 *   <li>F32: the values, little-endian;
 *   <li>F16: one signed byte e, then binary16 values h: v = h · 2^e. The common power of two keeps
 *       factors of any magnitude from overflowing or losing bits as subnormals;
 *   <li>INTEGER: the step as float32, then an {@link IntegerCoder} stream of levels: v = level ·
 *       step in float arithmetic.
 * </ul>
 */
public final class FactorCoder {
  /**
   * Levels round up from one minus this: small ones cost fewer bits. Of 0.40 to 0.50, 0.46 to 0.48
   * take the fewest bytes at equal error on ResNet-20: up to 1 % fewer at 2 bits a number, as many
   * at 5.
   */
  private static final double ROUNDING = 0.475;

  /** Largest exponent of a binary16; values are scaled so that the largest has it. */
  private static final int HALF_EXPONENT = 14;

  private FactorCoder() {}

  /**
   * Writes the values; {@link #read} gives them back rounded as the type says.
   *
   * @param values rows · columns finite numbers, row-major
   * @param step distance of neighbouring levels for {@link FactorType#INTEGER}, positive; ignored
   *     by the other types
   */
  public static void write(
      ByteWriter out, float[] values, int rows, int columns, FactorType type, double step) {
    if (values.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "%d values are no %d x %d matrix".formatted(values.length, rows, columns));
    }
    out.writeByte(type.code());
    switch (type) {
      case F32 -> {
        for (float v : values) {
          out.writeFloat(v);
        }
      }
      case F16 -> writeHalves(out, values);
      case INTEGER -> {
        float storedStep = (float) step;
        out.writeFloat(storedStep);
        IntegerCoder.encode(out, levels(values, storedStep), IntegerLayout.matrix(columns));
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @return rows · columns numbers, row-major
   * @throws CorruptDataException if the bytes are not such a matrix; before anything larger than
   *     the bytes can account for is allocated
   */
  public static float[] read(ByteReader in, int rows, int columns) {
    long elements = (long) rows * columns;
    if (rows < 0 || columns < 0 || elements > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("a factor of %d x %d numbers".formatted(rows, columns));
    }
    int count = (int) elements;
    int code = in.readByte();
    if (code == FactorType.F32.code()) {
      return readSingles(in, count);
    }
    if (code == FactorType.F16.code()) {
      return readHalves(in, count);
    }
    if (code == FactorType.INTEGER.code()) {
      return readLevels(in, count, columns);
    }
    throw new CorruptDataException("unknown factor type " + code);
  }

  /**
   * The level of a value among {@link FactorType#INTEGER}s of a step; a whole number, which need
   * not fit an int.
   */
  public static double level(float value, double step) {
    return Math.copySign(Math.floor(Math.abs(value) / (double) (float) step + ROUNDING), value);
  }

  /** The values as {@link #read} gives them back, without writing. */
  public static float[] rounded(
      float[] values, int rows, int columns, FactorType type, double step) {
    ByteWriter out = new ByteWriter();
    write(out, values, rows, columns, type, step);
    return read(new ByteReader(out.toByteArray()), rows, columns);
  }

  private static void writeHalves(ByteWriter out, float[] values) {
    float largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    if (!Float.isFinite(largest)) {
      throw new IllegalArgumentException("a factor holds a number that is not finite");
    }
    int exponent = commonExponent(largest);
    out.writeByte(exponent);
    for (float v : values) {
      out.writeShort(Float16.fromFloat((float) Math.scalb((double) v, -exponent)));
    }
  }

  /**
   * Follows from the largest number as it is after rounding, so that rounding twice changes
   * nothing.
   */
  private static int commonExponent(float largest) {
    if (largest == 0) {
      return 0;
    }
    int exponent = Math.getExponent((double) largest); // of a double: no subnormals
    float significand =
        Float16.toFloat(Float16.fromFloat((float) Math.scalb((double) largest, -exponent)));
    int rounded = exponent + Math.getExponent(significand) - HALF_EXPONENT;
    return Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, rounded));
  }

  private static float[] readHalves(ByteReader in, int count) {
    int exponent = (byte) in.readByte();
    requireBytes(in, count, 2);
    double scale = Math.scalb(1.0, exponent);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (Float16.toFloat((short) in.readShort()) * scale);
    }
    return values;
  }

  private static float[] readSingles(ByteReader in, int count) {
    requireBytes(in, count, 4);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }

  private static void requireBytes(ByteReader in, int count, int bytes) {
    if (count > in.remaining() / bytes) {
      throw new CorruptDataException(
          "%d numbers of %d bytes in %d bytes".formatted(count, bytes, in.remaining()));
    }
  }

  private static int[] levels(float[] values, float step) {
    if (!(step > 0) || step == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("step " + step);
    }
    int[] levels = new int[values.length];
    for (int i = 0; i < levels.length; i++) {
      double level = level(values[i], step);
      if (!(Math.abs(level) <= Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "value %s needs level %s of step %s".formatted(values[i], level, step));
      }
      levels[i] = (int) level;
    }
    return levels;
  }

  private static float[] readLevels(ByteReader in, int count, int columns) {
    float step = in.readFloat();
    if (!(step > 0) || step == Float.POSITIVE_INFINITY) {
      throw new CorruptDataException("step of a factor is " + step);
    }
    int[] levels = IntegerCoder.decode(in, count, IntegerLayout.matrix(columns));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = levels[i] * step;
    }
    return values;
  }
}
