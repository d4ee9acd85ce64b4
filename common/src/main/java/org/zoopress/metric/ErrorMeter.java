package org.zoopress.metric;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.zoopress.tensor.DType;

/**
 * Sums the error of restored weights over any number of blocks: ‖W − Ŵ‖²_F and ‖W‖²_F, in double.
 *
 * <p>An element that is not finite in either tensor is left out of both sums if it was restored to
 * the same value (any NaN for any NaN); if it was not, the error is infinite. Sums are exact enough
 * for tensors of any length: blocks of {@value #BLOCK} products, compensated over blocks. Equal
 * sequences of calls give equal sums; not thread-safe.
 */
public final class ErrorMeter implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Terms summed plainly before they enter the compensated sum; a speed setting, not tuned. */
  private static final int BLOCK = 4096;

  private final CompensatedSum squaredError = new CompensatedSum();
  private final CompensatedSum squaredNorm = new CompensatedSum();
  private long elements;
  private long nonFinite;

  /**
   * Adds one block of a tensor.
   *
   * @param original elements, little-endian
   * @param restored elements of the same type and number
   * @throws IllegalArgumentException if the lengths differ or are no multiple of the element size
   * @throws IllegalStateException for a type that is not {@link DType#compressible}: such tensors
   *     are restored bit by bit, and their check is equality
   */
  public void add(DType dtype, byte[] original, byte[] restored) {
    if (original.length != restored.length || original.length % dtype.bytes() != 0) {
      throw new IllegalArgumentException(
          "cannot compare %d with %d bytes of %s"
              .formatted(original.length, restored.length, dtype));
    }
    if (!dtype.compressible()) {
      throw new IllegalStateException(dtype + " is restored bit by bit and has no error to sum");
    }
    int count = original.length / dtype.bytes();
    ByteBuffer w = ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer v = ByteBuffer.wrap(restored).order(ByteOrder.LITTLE_ENDIAN);
    double[] wBlock = new double[Math.min(BLOCK, count)];
    double[] vBlock = new double[wBlock.length];
    for (int done = 0; done < count; ) {
      int length = Math.min(BLOCK, count - done);
      read(dtype, w, wBlock, length);
      read(dtype, v, vBlock, length);
      addBlock(wBlock, vBlock, length);
      done += length;
    }
    elements += count;
  }

  /** Adds what another meter has seen; the order of merges may change the last bits of the sums. */
  public void merge(ErrorMeter other) {
    squaredError.add(other.squaredError.value());
    squaredNorm.add(other.squaredNorm.value());
    elements += other.elements;
    nonFinite += other.nonFinite;
  }

  private void addBlock(double[] w, double[] v, int length) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < length; i++) {
      double difference = w[i] - v[i];
      if (Double.isFinite(w[i]) && Double.isFinite(v[i])) {
        error += difference * difference;
        norm += w[i] * w[i];
      } else {
        nonFinite++;
        if (Double.compare(w[i], v[i]) != 0) {
          error = Double.POSITIVE_INFINITY;
        }
      }
    }
    squaredError.add(error);
    squaredNorm.add(norm);
  }

  private static void read(DType dtype, ByteBuffer in, double[] block, int length) {
    for (int i = 0; i < length; i++) {
      block[i] = dtype.getDouble(in);
    }
  }

  /** Elements compared. */
  public long elements() {
    return elements;
  }

  /** Elements that are NaN or infinite in the original or the restored tensor. */
  public long nonFinite() {
    return nonFinite;
  }

  /** ‖W − Ŵ‖²_F; infinite if a non-finite element changed or a finite one became non-finite. */
  public double squaredError() {
    return squaredError.value();
  }

  /** ‖W‖²_F over the finite elements. */
  public double squaredNorm() {
    return squaredNorm.value();
  }

  /**
   * ‖W − Ŵ‖² / ‖W‖²; 0 for a tensor restored exactly, infinite for zeros restored to anything else.
   */
  public double relativeError() {
    double error = squaredError();
    return error == 0 ? 0 : error / squaredNorm();
  }

  /** −10 log₁₀ of the relative error, in dB; infinite for a tensor restored exactly. */
  public double sqnrDecibels() {
    return -10 * Math.log10(relativeError());
  }

  /**
   * Bits a weight.
   *
   * @param storedBytes every byte that a decoder needs
   * @return NaN if no element was added
   */
  public double bitsPerWeight(long storedBytes) {
    return elements == 0 ? Double.NaN : 8.0 * storedBytes / elements;
  }
}
