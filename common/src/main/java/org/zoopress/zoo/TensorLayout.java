package org.zoopress.zoo;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How stored elements lie. {@link #ROW_MAJOR} (all of safetensors and ONNX) is packed, row-major,
 * little-endian; a PyTorch checkpoint may also hold transposed or sliced views of a storage, and
 * old ones are big-endian.
 *
 * @param strides elements from one index of a mode to the next; empty for packed row-major
 * @param bigEndian whether the bytes of an element are reversed
 */
public record TensorLayout(long[] strides, boolean bigEndian) implements Serializable {
  /** Packed, row-major, little-endian. */
  public static final TensorLayout ROW_MAJOR = new TensorLayout(new long[0], false);

  /** Whether the bytes can be taken as they are. */
  public boolean isRowMajor() {
    return strides.length == 0 && !bigEndian;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorLayout layout
        && bigEndian == layout.bigEndian
        && Arrays.equals(strides, layout.strides);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(strides) + Boolean.hashCode(bigEndian);
  }

  @Override
  public String toString() {
    return isRowMajor()
        ? "row-major"
        : "strides " + Arrays.toString(strides) + (bigEndian ? ", big-endian" : "");
  }
}
