package org.zoopress.delta;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.zoopress.tensor.DType;

/**
 * A short linear summary of a tensor's values, from which squared distances are estimated.
 *
 * <p>Element i is added to bucket b(i) with sign s(i), both from a hash of i alone. Of tensors with
 * at most {@value #BUCKETS} elements it holds the values themselves, so that distances are exact.
 */
public final class TensorSketch implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Buckets of a sketch. */
  public static final int BUCKETS = 64;

  /** Bits of a hash that one element uses: the bucket and the sign. */
  private static final int BITS = 7;

  private static final int ELEMENTS_PER_HASH = Long.SIZE / BITS;

  private final float[] buckets;
  private final double squaredNorm;

  private TensorSketch(float[] buckets, double squaredNorm) {
    this.buckets = buckets;
    this.squaredNorm = squaredNorm;
  }

  /** ‖W‖²; above 0. */
  public double squaredNorm() {
    return squaredNorm;
  }

  /** One of the numbers: near for near tensors. */
  double first() {
    return buckets[0];
  }

  /**
   * Estimate of ‖W − B‖² / ‖W‖² with W this tensor, in no unit.
   *
   * @param base sketch of a tensor of the same shape
   * @param limit estimates above it need not be exact
   */
  public double relativeDistance(TensorSketch base, double limit) {
    double most = limit * squaredNorm;
    double sum = 0;
    for (int k = 0; k < buckets.length && sum <= most; k++) {
      double difference = (double) buckets[k] - base.buckets[k];
      sum += difference * difference;
    }
    return sum / squaredNorm;
  }

  /** Whether distances between the two mean anything: their tensors have equally many buckets. */
  public boolean isComparableWith(TensorSketch other) {
    return buckets.length == other.buckets.length;
  }

  /** ‖W‖² as float64, then the buckets as float32; little-endian. */
  public byte[] toBytes() {
    ByteBuffer out =
        ByteBuffer.allocate(Double.BYTES + Float.BYTES * buckets.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putDouble(squaredNorm);
    out.asFloatBuffer().put(buckets);
    return out.array();
  }

  /** Inverse of {@link #toBytes}; empty for anything else. */
  public static Optional<TensorSketch> ofBytes(byte[] bytes) {
    int count = (bytes.length - Double.BYTES) / Float.BYTES;
    if (count < 1 || count > BUCKETS || bytes.length != Double.BYTES + Float.BYTES * count) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    double norm = in.getDouble();
    float[] buckets = new float[count];
    in.asFloatBuffer().get(buckets);
    return checked(buckets, norm);
  }

  private static Optional<TensorSketch> checked(float[] buckets, double norm) {
    boolean usable = norm > 0 && norm < Double.POSITIVE_INFINITY;
    for (float bucket : buckets) {
      usable &= Float.isFinite(bucket);
    }
    return usable ? Optional.of(new TensorSketch(buckets, norm)) : Optional.empty();
  }

  /** Sums up a tensor that is read in blocks, in order. */
  public static final class Builder {
    private final DType dtype;
    private final double[] buckets;
    private final boolean exact;
    private double squaredNorm;
    private long position;
    private long hash;

    /** For a floating-point tensor of so many elements, at least one. */
    public Builder(DType dtype, long elements) {
      this.dtype = dtype;
      this.exact = elements <= BUCKETS;
      this.buckets = new double[(int) Math.min(elements, BUCKETS)];
    }

    /** Adds the next elements. */
    public void add(byte[] elements) {
      for (float value : dtype.toFloats(elements)) {
        squaredNorm += (double) value * value;
        if (exact) {
          buckets[(int) position] = value;
        } else {
          int turn = (int) (position % ELEMENTS_PER_HASH);
          if (turn == 0) {
            hash = mix(position / ELEMENTS_PER_HASH);
          }
          int bits = (int) (hash >>> (BITS * turn));
          buckets[bits & (BUCKETS - 1)] += (bits & BUCKETS) == 0 ? value : -value;
        }
        position++;
      }
    }

    /** The sketch; empty if a value is not finite, or all are zero. */
    public Optional<TensorSketch> finish() {
      float[] rounded = new float[buckets.length];
      for (int k = 0; k < rounded.length; k++) {
        rounded[k] = (float) buckets[k];
      }
      return checked(rounded, squaredNorm);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
    private static long mix(long n) {
      long z = (n + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
