package org.zoopress.method.additive;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Codebooks of one weight, the codes of its vectors, and scales.
 *
 * <p>Stored form:
 *
 * <pre>
 *   byte    code of the {@link ScaleScope}
 *   byte    M, 1 to 8
 *   byte    log₂ K, 1 to 8
 *   byte    d, 1 to 64
 *   blob    scales, one row of binary16              ({@link FactorCoder})
 *   blob    codebooks C_1 … C_M as one MK×d matrix   ({@link FactorCoder})
 *   blob    codes                                    ({@link CodeStream}) </pre>
 *
 * Restored value: scale · (C_1[b_1] + … + C_M[b_M]), summed from left to right in float arithmetic.
 */
public final class AdditiveFactors implements Factors {
  private final Shape shape;
  private final ScaleScope scope;
  private final byte[] storedScales;
  private final byte[] storedCodebooks;
  private final byte[] storedCodes;
  private final float[] scales;
  private final Codebooks codebooks;
  private final byte[] codes;

  AdditiveFactors(
      Shape shape,
      ScaleScope scope,
      CodeShape codeShape,
      byte[] storedScales,
      byte[] storedCodebooks,
      byte[] storedCodes) {
    this.shape = shape;
    this.scope = scope;
    this.storedScales = storedScales;
    this.storedCodebooks = storedCodebooks;
    this.storedCodes = storedCodes;
    int vectors = vectors(shape, codeShape);
    this.scales = decodeFactor(storedScales, 1, scope.scales(shape));
    this.codebooks =
        new Codebooks(
            codeShape,
            decodeFactor(storedCodebooks, codeShape.totalCodewords(), codeShape.dimension()));
    this.codes = CodeStream.decode(storedCodes, vectors, codeShape);
  }

  private static int vectors(Shape shape, CodeShape codeShape) {
    long vectors = SubVectors.of(shape, codeShape.dimension()).count();
    if (vectors * Math.max(codeShape.codebooks(), codeShape.dimension()) > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("%d vectors of %s".formatted(vectors, codeShape));
    }
    return (int) vectors;
  }

  static float[] decodeFactor(byte[] stored, int rows, int columns) {
    ByteReader in = new ByteReader(stored);
    float[] values = FactorCoder.read(in, rows, columns);
    in.expectEnd();
    return values;
  }

  @Override
  public MethodId method() {
    return MethodId.ADDITIVE;
  }

  /** {@code codebooks=2 codewords=256 dimension=8}, as they were used for this weight. */
  @Override
  public String operatingPoint() {
    CodeShape used = codebooks.shape();
    return "codebooks=%d codewords=%d dimension=%d"
        .formatted(used.codebooks(), used.codewords(), used.dimension());
  }

  @Override
  public void write(ByteWriter out) {
    CodeShape used = codebooks.shape();
    out.writeByte(scope.code());
    out.writeByte(used.codebooks());
    out.writeByte(used.bitsPerCode());
    out.writeByte(used.dimension());
    out.writeBlob(storedScales);
    out.writeBlob(storedCodebooks);
    out.writeBlob(storedCodes);
  }

  static AdditiveFactors read(ByteReader in, Shape shape) {
    ScaleScope scope = ScaleScope.ofCode(in.readByte());
    int books = inRange(in.readByte(), CodeShape.MOST_CODEBOOKS, "number of codebooks");
    int bits = inRange(in.readByte(), Byte.SIZE, "bits of a code");
    int dimension = inRange(in.readByte(), CodeShape.LARGEST_DIMENSION, "numbers of a codeword");
    CodeShape codeShape = new CodeShape(books, 1 << bits, dimension);
    return new AdditiveFactors(
        shape, scope, codeShape, in.readBlob(), in.readBlob(), in.readBlob());
  }

  private static int inRange(int value, int most, String what) {
    if (value < 1 || value > most) {
      throw new CorruptDataException("%s is %d".formatted(what, value));
    }
    return value;
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    SubVectors cut = SubVectors.of(shape, codebooks.shape().dimension());
    float[] weights = cut.join(codebooks.decode(codes));
    int perScale = weights.length / scales.length;
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= scales[i / perScale];
    }
    return RestoredValues.bytes(weights, dtype);
  }

  /** Codes of log₂ K bits, codebooks and scales as 16-bit numbers. */
  @Override
  public long paperBytes() {
    long codeBits = (long) codes.length * codebooks.shape().bitsPerCode();
    return (codeBits + 7) / 8 + 2L * codebooks.shape().values() + 2L * scales.length;
  }
}
