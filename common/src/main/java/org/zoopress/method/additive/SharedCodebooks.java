package org.zoopress.method.additive;

import java.util.Arrays;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.FactorType;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.method.SharedObject;
import org.zoopress.method.SharedObject.Kind;

/**
 * Codebooks that the weights of many layers and models refer to.
 *
 * <pre>
 *   varint  version: 1, or one more than that of the codebooks it was made from
 *   8 bytes id of those; only from version 2 on
 *   byte    M, 1 to 8
 *   byte    log₂ K, 1 to 8
 *   byte    d, 1 to 64
 *   factor  C_1 … C_M as one MK×d matrix   ({@link FactorCoder})
 *   rates   of the codewords               ({@link CodeRates}) </pre>
 *
 * @param rates how often codewords are used where they were learned
 * @param version counts how often it was extended
 * @param parent what it was extended from; empty for the first version
 */
public record SharedCodebooks(
    Codebooks codebooks, CodeRates rates, int version, Optional<SharedId> parent) {
  private static final int MOST_VERSIONS = 1 << 20;

  /** Checks that the first version, and it alone, has no parent. */
  public SharedCodebooks {
    if (version < 1 || version > MOST_VERSIONS || (version == 1) == parent.isPresent()) {
      throw new IllegalArgumentException("version %d from %s".formatted(version, parent));
    }
  }

  /** Codebooks of which nothing is known but the codewords. */
  public SharedCodebooks(Codebooks codebooks, int version, Optional<SharedId> parent) {
    this(codebooks, CodeRates.uniform(codebooks.shape()), version, parent);
  }

  /** Codebooks that were learned from nothing. */
  public static SharedCodebooks fresh(Codebooks codebooks) {
    return new SharedCodebooks(codebooks, 1, Optional.empty());
  }

  /**
   * The same with what is known of their use: frequent codewords come first, and their codes will
   * take fewer bits.
   *
   * @param occurrences how often each of the M·K codewords occurs, in the present order; {@link
   *     NormalEquations#occurrences}
   */
  public SharedCodebooks withUse(long[] occurrences) {
    long[] sorted = occurrences.clone();
    int words = codebooks.shape().codewords();
    for (int m = 0; m < codebooks.shape().codebooks(); m++) {
      Arrays.sort(sorted, m * words, (m + 1) * words);
      reverse(sorted, m * words, (m + 1) * words);
    }
    return new SharedCodebooks(
        codebooks.byFrequency(occurrences),
        CodeRates.of(codebooks.shape(), sorted),
        version,
        parent);
  }

  private static void reverse(long[] values, int from, int to) {
    for (int low = from, high = to - 1; low < high; low++, high--) {
      long value = values[low];
      values[low] = values[high];
      values[high] = value;
    }
  }

  /** d, the numbers of a codeword. */
  public int dimension() {
    return codebooks.shape().dimension();
  }

  /**
   * The object to store. Codewords are rounded by it: what payloads refer to is {@link #find} of
   * its id.
   *
   * @param step distance of neighbouring levels for {@link FactorType#INTEGER}; else ignored
   */
  public SharedObject stored(FactorType type, double step) {
    CodeShape shape = codebooks.shape();
    ByteWriter out = new ByteWriter();
    out.writeVarint(version);
    parent.ifPresent(id -> id.write(out));
    shape.write(out);
    FactorCoder.write(
        out, codebooks.values(), shape.totalCodewords(), shape.dimension(), type, step);
    rates.write(out);
    return new SharedObject(Kind.CODEBOOKS, out.toByteArray());
  }

  /**
   * The codebooks of that id, as stored.
   *
   * @throws CorruptDataException if there are none
   */
  public static SharedCodebooks find(SharedFactors shared, SharedId id) {
    return shared.get(id, Kind.CODEBOOKS, SharedCodebooks.class, SharedCodebooks::read);
  }

  /**
   * Inverse of {@link #stored}.
   *
   * @throws CorruptDataException if the bytes are no such codebooks
   */
  public static SharedCodebooks read(ByteReader in) {
    int version = in.readVarint(MOST_VERSIONS, "version of codebooks");
    Optional<SharedId> parent = version > 1 ? Optional.of(SharedId.read(in)) : Optional.empty();
    CodeShape shape = CodeShape.read(in);
    float[] values = FactorCoder.read(in, shape.totalCodewords(), shape.dimension());
    CodeRates rates = CodeRates.read(in, shape);
    if (version < 1) {
      throw new CorruptDataException("version of codebooks is " + version);
    }
    return new SharedCodebooks(new Codebooks(shape, values), rates, version, parent);
  }
}
