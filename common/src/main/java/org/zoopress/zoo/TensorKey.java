package org.zoopress.zoo;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Content key of a tensor: hex SHA-256 over its dtype (the code, one byte), its rank (one byte),
 * its mode sizes (int64, little-endian) and its elements (packed, row-major, little-endian). Names,
 * files and formats do not enter, so equal tensors have equal keys wherever they lie.
 *
 * <p>Elements are written in any pieces, in order; then {@link #hex} is called once.
 */
public final class TensorKey extends OutputStream {
  private final MessageDigest digest;
  private final long expected;
  private long written;

  /** Starts the key of a tensor. */
  public TensorKey(DType dtype, Shape shape) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
    expected = Math.multiplyExact(shape.elements(), dtype.bytes());
    digest.update((byte) dtype.code());
    digest.update((byte) shape.rank());
    for (int k = 0; k < shape.rank(); k++) {
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        digest.update((byte) (shape.dim(k) >>> shift));
      }
    }
  }

  /** Key of elements in memory, packed, row-major, little-endian. */
  public static String of(DType dtype, Shape shape, byte[] elements) {
    TensorKey key = new TensorKey(dtype, shape);
    key.write(elements, 0, elements.length);
    return key.hex();
  }

  /** Key of a tensor in a file, read in blocks. */
  public static String of(ByteSource file, TensorEntry entry) throws IOException {
    TensorKey key = new TensorKey(entry.dtype(), entry.shape());
    TensorReader.copy(file, entry, key);
    return key.hex();
  }

  @Override
  public void write(int element) {
    digest.update((byte) element);
    written++;
  }

  @Override
  public void write(byte[] elements, int offset, int count) {
    digest.update(elements, offset, count);
    written += count;
  }

  /**
   * The key, 64 characters.
   *
   * @throws IllegalStateException if other than all elements were written
   */
  public String hex() {
    if (written != expected) {
      throw new IllegalStateException(
          "the tensor has %d bytes, %d were written".formatted(expected, written));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
