package org.zoopress.zoo;

import java.io.IOException;
import java.io.OutputStream;

/** Supplies the values of tensors one after the other while a model is written. */
@FunctionalInterface
public interface TensorBytes {
  /**
   * Writes exactly {@link TensorEntry#bytes} bytes, the elements packed, row-major and
   * little-endian, in pieces of any size; does not close the stream.
   */
  void writeTo(TensorEntry tensor, OutputStream out) throws IOException;
}
