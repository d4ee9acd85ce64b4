package org.zoopress.method.dictionarypair;

import java.util.Arrays;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;

/**
 * Stored form of one block: X ≈ scale · Σ_i d_i ŝ_i, a word d_i being the stored column divided by
 * ‖ŝ_i‖. Stored so, an error of either factor weighs the same in X, and one step of quantization
 * serves both.
 *
 * <pre>
 *   varint   k, words
 *   and if k &gt; 0:
 *   float32  scale
 *   blob     k×m matrix by {@link FactorCoder}: row i is ‖ŝ_i‖ · d_i
 *   blob     k×n matrix by {@link FactorCoder}: row i is ŝ_i </pre>
 */
final class BlockFactors {
  private final int rows;
  private final int columns;
  private final int words;
  private final float scale;
  private final byte[] storedDictionary;
  private final byte[] storedCodes;
  private final float[] dictionary;
  private final float[] codes;

  private BlockFactors(
      int rows, int columns, int words, float scale, byte[] storedDictionary, byte[] storedCodes) {
    this.rows = rows;
    this.columns = columns;
    this.words = words;
    this.scale = scale;
    this.storedDictionary = storedDictionary;
    this.storedCodes = storedCodes;
    this.codes = decode(storedCodes, words, columns);
    this.dictionary = decode(storedDictionary, words, rows);
    divideByNorms(dictionary, codes, words, rows, columns);
  }

  /** A block of zeros. */
  static BlockFactors zero(int rows, int columns) {
    return new BlockFactors(rows, columns, 0, 0, new byte[0], new byte[0]);
  }

  /**
   * @param scale positive, finite
   * @param weightedDictionary words×rows, row i is ‖ŝ_i‖ · d_i
   * @param storedCodes Ŝ as {@link #encode} gives it
   */
  static BlockFactors of(
      int rows,
      int columns,
      int words,
      float scale,
      float[] weightedDictionary,
      byte[] storedCodes,
      FactorType type,
      double step) {
    byte[] storedDictionary = encode(weightedDictionary, words, rows, type, step);
    return new BlockFactors(rows, columns, words, scale, storedDictionary, storedCodes);
  }

  static byte[] encode(float[] values, int words, int length, FactorType type, double step) {
    ByteWriter out = new ByteWriter();
    FactorCoder.write(out, values, words, length, type, step);
    return out.toByteArray();
  }

  static float[] decode(byte[] stored, int words, int length) {
    if (words == 0) {
      return new float[0];
    }
    ByteReader in = new ByteReader(stored);
    float[] values = FactorCoder.read(in, words, length);
    in.expectEnd();
    return values;
  }

  /** ‖ŝ_i‖ of word i, summed in order in double: encoder and decoder must agree to the last bit. */
  static double norm(float[] codes, int word, int columns) {
    double squared = 0;
    for (int c = word * columns; c < (word + 1) * columns; c++) {
      squared += (double) codes[c] * codes[c];
    }
    return Math.sqrt(squared);
  }

  private static void divideByNorms(
      float[] dictionary, float[] codes, int words, int rows, int columns) {
    for (int i = 0; i < words; i++) {
      double norm = norm(codes, i, columns);
      double factor = norm > 0 ? 1 / norm : 0;
      for (int r = i * rows; r < (i + 1) * rows; r++) {
        dictionary[r] = (float) (dictionary[r] * factor);
      }
    }
  }

  int rows() {
    return rows;
  }

  int words() {
    return words;
  }

  void write(ByteWriter out) {
    out.writeVarint(words);
    if (words > 0) {
      out.writeFloat(scale);
      out.writeBlob(storedDictionary);
      out.writeBlob(storedCodes);
    }
  }

  static BlockFactors read(ByteReader in, int rows, int columns) {
    int words = in.readVarint(Math.min(rows, columns), "number of words of a block");
    if (words == 0) {
      return zero(rows, columns);
    }
    float scale = in.readFloat();
    if (!(scale > 0) || scale == Float.POSITIVE_INFINITY) {
      throw new CorruptDataException("scale of a block is " + scale);
    }
    return new BlockFactors(rows, columns, words, scale, in.readBlob(), in.readBlob());
  }

  /**
   * Writes columns of the block into a weight whose columns lie one after the other.
   *
   * @param firstColumn first column of the block to restore; the weight's first
   * @param columnCount how many
   * @param factor multiplied to all values
   * @param weight target
   * @param height rows of the whole weight
   * @param firstRow row of the weight at which the block begins
   */
  void restore(
      int firstColumn, int columnCount, float factor, float[] weight, int height, int firstRow) {
    float[] sum = new float[rows];
    float unit = scale * factor;
    for (int c = 0; c < columnCount; c++) {
      Arrays.fill(sum, 0);
      for (int i = 0; i < words; i++) {
        // Float sums: the loop vectorises, each sum has at most a few hundred terms, and the order
        // is the same on every machine.
        float code = codes[i * columns + firstColumn + c];
        int word = i * rows;
        for (int r = 0; r < rows; r++) {
          sum[r] += code * dictionary[word + r];
        }
      }
      int target = c * height + firstRow;
      for (int r = 0; r < rows; r++) {
        weight[target + r] = unit * sum[r];
      }
    }
  }
}
