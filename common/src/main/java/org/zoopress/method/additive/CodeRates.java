package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.Arrays;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.IntegerCoder;
import org.zoopress.coding.IntegerLayout;

/**
 * Bits that each codeword costs by how often it is used, in eighths of a bit:
 *
 * <pre>  bits(m, k) = −log₂ p_m(k),     p_m(k) = (n_mk + ½) / (n_m + K/2) </pre>
 *
 * Entropy-constrained search weighs them against error, and the coder of shared codes starts from
 * them. Stored as differences, which are small because frequent codewords come first.
 *
 * @param shape of the codebooks
 * @param eighths M·K numbers, 0 to {@link #MOST_EIGHTHS}
 * @see <a href="https://doi.org/10.1109/29.17498">Chou, Lookabaugh and Gray, Entropy-constrained
 *     vector quantization, IEEE TASSP 37(1), 1989</a>
 */
public record CodeRates(CodeShape shape, int[] eighths) implements Serializable {
  private static final int UNITS = 8;

  /** 24 bits: rarer codewords than one in 2^24 need no telling apart. */
  static final int MOST_EIGHTHS = 24 * UNITS;

  /** Checks the length. */
  public CodeRates {
    if (eighths.length != shape.totalCodewords()) {
      throw new IllegalArgumentException(
          "%d rates are none of %s".formatted(eighths.length, shape));
    }
  }

  /** log₂ K bits for each codeword. */
  public static CodeRates uniform(CodeShape shape) {
    int[] eighths = new int[shape.totalCodewords()];
    Arrays.fill(eighths, UNITS * shape.bitsPerCode());
    return new CodeRates(shape, eighths);
  }

  /**
   * Rates by use.
   *
   * @param occurrences how often each of the M·K codewords occurs; {@link
   *     NormalEquations#occurrences}
   */
  public static CodeRates of(CodeShape shape, long[] occurrences) {
    int words = shape.codewords();
    int[] eighths = new int[shape.totalCodewords()];
    for (int m = 0; m < shape.codebooks(); m++) {
      double total = words / 2.0;
      for (int k = 0; k < words; k++) {
        total += occurrences[m * words + k];
      }
      for (int k = 0; k < words; k++) {
        // StrictMath: what is stored must not depend on the processor.
        double bits =
            StrictMath.log(total / (occurrences[m * words + k] + 0.5)) / StrictMath.log(2);
        eighths[m * words + k] = (int) Math.min(MOST_EIGHTHS, Math.rint(UNITS * bits));
      }
    }
    return new CodeRates(shape, eighths);
  }

  /**
   * What codes of their own use cost a coder that starts from these rates.
   *
   * @param codes n×M
   * @param confidence so many codes of each codebook the rates are worth
   */
  public CodeRates adapted(byte[] codes, double confidence) {
    long[] counts = occurrences(shape, codes);
    int words = shape.codewords();
    double total = confidence + codes.length / shape.codebooks();
    int[] adapted = new int[eighths.length];
    for (int m = 0; m < shape.codebooks(); m++) {
      double[] expected = probabilities(m);
      double sum = Arrays.stream(expected).sum();
      for (int k = 0; k < words; k++) {
        double p = (counts[m * words + k] + confidence * expected[k] / sum) / total;
        double bits = -StrictMath.log(p) / StrictMath.log(2);
        adapted[m * words + k] = (int) Math.min(MOST_EIGHTHS, Math.rint(UNITS * bits));
      }
    }
    return new CodeRates(shape, adapted);
  }

  /** How often each codeword occurs among codes n×M. */
  public static long[] occurrences(CodeShape shape, byte[] codes) {
    long[] counts = new long[shape.totalCodewords()];
    for (int i = 0; i < codes.length; i++) {
      counts[i % shape.codebooks() * shape.codewords() + (codes[i] & 0xFF)]++;
    }
    return counts;
  }

  /** Bits of codes n×M. */
  public double bits(byte[] codes) {
    double sum = 0;
    for (int i = 0; i < codes.length; i++) {
      sum += bits(i % shape.codebooks(), codes[i] & 0xFF);
    }
    return sum;
  }

  /** Bits of a codeword. */
  double bits(int book, int word) {
    return (double) eighths[book * shape.codewords() + word] / UNITS;
  }

  /** Probabilities of the codewords of a codebook, up to a common factor. */
  double[] probabilities(int book) {
    double[] probabilities = new double[shape.codewords()];
    Arrays.setAll(probabilities, k -> StrictMath.pow(2, -bits(book, k)));
    return probabilities;
  }

  /** λ · bits of each codeword, M·K numbers, as {@link CodeSearch} adds them to squared errors. */
  public float[] prices(double lambda) {
    float[] prices = new float[eighths.length];
    for (int i = 0; i < prices.length; i++) {
      prices[i] = (float) (lambda * eighths[i] / UNITS);
    }
    return prices;
  }

  void write(ByteWriter out) {
    int[] differences = new int[eighths.length];
    int before = UNITS * shape.bitsPerCode();
    for (int i = 0; i < eighths.length; i++) {
      differences[i] = eighths[i] - before;
      before = eighths[i];
    }
    IntegerCoder.encode(out, differences, IntegerLayout.SEQUENCE);
  }

  static CodeRates read(ByteReader in, CodeShape shape) {
    int[] eighths = IntegerCoder.decode(in, shape.totalCodewords(), IntegerLayout.SEQUENCE);
    long before = (long) UNITS * shape.bitsPerCode();
    for (int i = 0; i < eighths.length; i++) {
      before += eighths[i];
      if (before < 0 || before > MOST_EIGHTHS) {
        throw new CorruptDataException(
            "rate of a codeword is %d eighths of a bit".formatted(before));
      }
      eighths[i] = (int) before;
    }
    return new CodeRates(shape, eighths);
  }
}
