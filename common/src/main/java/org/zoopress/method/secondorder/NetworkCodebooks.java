package org.zoopress.method.secondorder;

import java.util.Arrays;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorType;
import org.zoopress.method.additive.CodeRates;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.Codebooks;
import org.zoopress.method.additive.SharedCodebooks;

/** The codebooks that all additive layers of a network refer to, as they are stored with it. */
public final class NetworkCodebooks {
  private final byte[] stored;
  private final SharedCodebooks shared;

  private NetworkCodebooks(byte[] stored) {
    ByteReader in = new ByteReader(stored);
    this.stored = stored;
    this.shared = SharedCodebooks.read(in);
    in.expectEnd();
  }

  /**
   * Rounds codebooks to what is stored of them.
   *
   * @param occurrences how often each of the M·K codewords is used
   * @param step distance of neighbouring levels of their numbers
   */
  static NetworkCodebooks of(Codebooks codebooks, long[] occurrences, double step) {
    return new NetworkCodebooks(
        SharedCodebooks.fresh(codebooks)
            .withUse(occurrences)
            .stored(FactorType.INTEGER, step)
            .body());
  }

  /**
   * Codebooks as they were stored.
   *
   * @throws CorruptDataException if the bytes are no such codebooks
   */
  static NetworkCodebooks read(byte[] stored) {
    return new NetworkCodebooks(stored);
  }

  /** Not a copy. */
  byte[] stored() {
    return stored;
  }

  /** Bytes that they take in the payload. */
  public int bytes() {
    return stored.length;
  }

  /** M, K and d. */
  public CodeShape shape() {
    return shared.codebooks().shape();
  }

  Codebooks values() {
    return shared.codebooks();
  }

  CodeRates rates() {
    return shared.rates();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkCodebooks codebooks && Arrays.equals(stored, codebooks.stored);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(stored);
  }
}
