package org.zoopress.method.additive;

import java.io.Serializable;

/**
 * What one pass of encoding over vectors adds up: everything that the next codebooks and the report
 * need. Exact sums ({@link FixedPoint}): merging is associative and commutative to the bit.
 */
public final class TrainingSums implements Serializable {
  private static final long serialVersionUID = 1;

  private final NormalEquations equations;
  private final long[] sums; // Σ x_j
  private final long[] squares; // Σ x_j²
  private final long[] errors; // Σ (x_j − x̂_j)²
  private long vectors;

  /** No vectors yet. */
  public TrainingSums(CodeShape shape) {
    this.equations = new NormalEquations(shape);
    this.sums = new long[shape.dimension()];
    this.squares = new long[shape.dimension()];
    this.errors = new long[shape.dimension()];
  }

  /** Adds vectors, n×d, with their codes, n×M, under the codebooks that gave them. */
  void add(Codebooks codebooks, float[] block, byte[] codes) {
    equations.add(block, codes);
    float[] decoded = codebooks.decode(codes);
    int d = sums.length;
    for (int i = 0; i < block.length; i++) {
      sums[i % d] += FixedPoint.of(block[i]);
      squares[i % d] += FixedPoint.square(block[i]);
      errors[i % d] += FixedPoint.square((double) block[i] - decoded[i]);
    }
    vectors = FixedPoint.counted(vectors + block.length / d);
  }

  /** Adds the sums of other vectors to these, and returns these. */
  public TrainingSums merge(TrainingSums other) {
    equations.merge(other.equations);
    for (int j = 0; j < sums.length; j++) {
      sums[j] += other.sums[j];
      squares[j] += other.squares[j];
      errors[j] += other.errors[j];
    }
    vectors = FixedPoint.counted(vectors + other.vectors);
    return this;
  }

  NormalEquations equations() {
    return equations;
  }

  /** Number of vectors. */
  public long vectors() {
    return vectors;
  }

  /** ‖X − X̂‖²/‖X‖²; 0 if all vectors are zero. */
  public double relativeError() {
    double norm = total(squares);
    return norm > 0 ? total(errors) / norm : 0;
  }

  /** ‖X − X̂‖² over the number of values. */
  double meanSquaredError() {
    return total(errors) / Math.max(1, vectors * sums.length);
  }

  /** Standard deviation of each of the d numbers. */
  double[] deviations() {
    double[] deviations = new double[sums.length];
    for (int j = 0; j < deviations.length; j++) {
      double mean = FixedPoint.value(sums[j]) / Math.max(1, vectors);
      double square = FixedPoint.squareValue(squares[j]) / Math.max(1, vectors);
      deviations[j] = Math.sqrt(Math.max(0, square - mean * mean));
    }
    return deviations;
  }

  /** Bytes that the sums take where they are sent: the same for any number of vectors. */
  public long bytes() {
    return equations.bytes() + (long) Long.BYTES * (3L * sums.length + 1);
  }

  private static double total(long[] fixed) {
    double total = 0;
    for (long sum : fixed) {
      total += FixedPoint.squareValue(sum);
    }
    return total;
  }
}
