package org.zoopress.method.additive;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * M codebooks of K codewords of d numbers. Immutable by agreement: the array is shared, never
 * copied, and nobody writes to it.
 *
 * @param shape M, K and d
 * @param values C_1 … C_M one after the other, each K×d row-major; finite
 */
public record Codebooks(CodeShape shape, float[] values) implements Serializable {
  /** Checks the length. */
  public Codebooks {
    if (values.length != shape.values()) {
      throw new IllegalArgumentException(
          "%d values are no codebooks of %s".formatted(values.length, shape));
    }
  }

  /** Where codeword {@code word} of codebook {@code book} starts in {@link #values}. */
  int offset(int book, int word) {
    return (book * shape.codewords() + word) * shape.dimension();
  }

  /**
   * The vectors Σ_m C_m[b_m] of all codes, summed in the order of the codebooks.
   *
   * @param codes n×M, the codes of a vector together
   * @return n×d
   */
  public float[] decode(byte[] codes) {
    int books = shape.codebooks();
    int d = shape.dimension();
    float[] vectors = new float[Math.multiplyExact(codes.length / books, d)];
    for (int i = 0; i < codes.length; i++) {
      int from = offset(i % books, codes[i] & 0xFF);
      int to = i / books * d;
      for (int j = 0; j < d; j++) {
        vectors[to + j] += values[from + j];
      }
    }
    return vectors;
  }

  /** ‖X − X̂‖²_F of the vectors against their codes, summed in double. */
  public double squaredError(float[] vectors, byte[] codes) {
    float[] decoded = decode(codes);
    double sum = 0;
    for (int i = 0; i < decoded.length; i++) {
      double difference = (double) vectors[i] - decoded[i];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * The same codewords, in each codebook the frequent ones first: the integer coder spends less on
   * small codes.
   *
   * @param occurrences of each codeword, M·K counts
   */
  Codebooks byFrequency(long[] occurrences) {
    float[] sorted = new float[values.length];
    int d = shape.dimension();
    for (int m = 0; m < shape.codebooks(); m++) {
      int first = m * shape.codewords();
      List<Integer> order = new ArrayList<>(IntStream.range(0, shape.codewords()).boxed().toList());
      // Stable: equal ones by index.
      order.sort(Comparator.comparingLong((Integer k) -> -occurrences[first + k]));
      for (int k = 0; k < order.size(); k++) {
        System.arraycopy(values, offset(m, order.get(k)), sorted, offset(m, k), d);
      }
    }
    return new Codebooks(shape, sorted);
  }

  /**
   * Step Δ of entropy-coded codebooks. Rounding them adds error M Δ²/12 to each weight and saves
   * MKd log₂ Δ bits; codes of n vectors trade error D for bits at dD/dR = −2 ln 2 · D with R bits a
   * weight. Both trade alike where Δ² = 12 D K/n.
   *
   * @param error D, mean squared error of a weight
   * @param vectors n
   */
  public double storedStep(double error, long vectors) {
    double sum = 0;
    for (float c : values) {
      sum += (double) c * c;
    }
    double deviation = Math.sqrt(sum / values.length);
    double step = Math.sqrt(12 * error * shape.codewords() / vectors);
    // Bounds for codebooks that fit exactly, and for those of so few vectors that D means little.
    return deviation == 0 ? 1 : Math.max(deviation / 1024, Math.min(deviation, step));
  }
}
