package org.zoopress.zoo;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.DType;

/**
 * A list of tensors: for each its name, front coded ({@link NameFront}), dtype (byte), rank (byte)
 * and sizes (varints); a zero ends the list.
 */
final class EntryText {
  private final NameFront names = new NameFront();

  /** A tensor as listed; the name in bytes, one in each character. */
  record Entry(String name, DType dtype, long[] dims) {}

  void write(ByteWriter text, String name, DType dtype, long[] dims)
      throws NotExpressibleException {
    names.write(text, name);
    text.writeByte(dtype.code());
    text.writeByte(dims.length);
    for (long n : dims) {
      text.writeVarint(n);
    }
  }

  /** The next tensor, null at the end of the list. */
  Entry read(ByteReader text) {
    int code = text.readByte();
    if (code == 0) {
      return null;
    }
    String name = names.read(text, code);
    int dtype = text.readByte();
    long[] dims = new long[text.readByte()];
    for (int k = 0; k < dims.length; k++) {
      dims[k] = text.readVarint();
    }
    try {
      return new Entry(name, DType.ofCode(dtype), dims);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("tensor '%s': %s".formatted(name, e.getMessage()));
    }
  }
}
