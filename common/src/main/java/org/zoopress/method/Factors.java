package org.zoopress.method;

import java.util.List;
import org.zoopress.coding.ByteWriter;
import org.zoopress.tensor.DType;

/**
 * What a decoder needs to rebuild one or more weight partitions, besides their dtypes and shapes.
 *
 * <p>Contract, held by {@code FactorsContract} in the tests: {@link #write} then the method's
 * {@code read} gives factors with equal {@link #restore} bytes; the number of bytes written is
 * everything that is stored.
 */
public interface Factors {
  /** Name of the method, one of {@link MethodId}. */
  MethodId method();

  /**
   * Operating point for people and tables, for instance {@code bits=4}; empty where there is only
   * one.
   */
  String operatingPoint();

  /** How many partitions these factors rebuild; 1 but for shared factors. */
  default int members() {
    return 1;
  }

  /** The shared objects that these factors refer to; they are stored apart, once for all. */
  default List<SharedId> shared() {
    return List.of();
  }

  /** Writes everything that {@code Method.read} needs; deterministic. */
  void write(ByteWriter out);

  /**
   * Rebuilds one member.
   *
   * @param member from 0 to {@code members() - 1}
   * @param dtype element type of the original, to which values are rounded
   * @return elements, little-endian, row-major
   */
  byte[] restore(int member, DType dtype);

  /**
   * Bytes by the counting of the method's paper (factors as 16-bit numbers, no headers), to lay our
   * rows beside theirs; −1 where the paper has no such counting.
   */
  default long paperBytes() {
    return -1;
  }
}
