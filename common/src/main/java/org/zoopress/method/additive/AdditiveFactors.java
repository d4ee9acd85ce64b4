package org.zoopress.method.additive;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorCoder;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.SharedId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * The codes of a weight's vectors, scales, and codebooks: its own, or the id of shared ones.
 *
 * <p>Stored form:
 *
 * <pre>
 *   byte    code of the {@link ScaleScope}; plus 2 with shared codebooks
 *   own codebooks:
 *     byte    M, 1 to 8
 *     byte    log₂ K, 1 to 8
 *     byte    d, 1 to 64
 *     blob    codebooks C_1 … C_M as one MK×d matrix   ({@link FactorCoder})
 *   shared codebooks:
 *     8 bytes id                                       ({@link SharedCodebooks})
 *   blob    scales of filters                          ({@link LogScales})
 *   blob    scales of places in a filter               ({@link LogScales}, {@link UnitVectors})
 *   blob    codes                                      ({@link CodeStream}) </pre>
 *
 * Restored value: s_o t_j · (C_1[b_1] + … + C_M[b_M]), summed from left to right in float
 * arithmetic.
 */
public final class AdditiveFactors implements Factors {
  private static final int SHARED = 2;

  private final Shape shape;
  private final ScaleScope scope;
  private final Optional<SharedId> sharedId;
  private final byte[] storedCodebooks;
  private final byte[] storedScales;
  private final byte[] storedPlaces;
  private final byte[] storedCodes;
  private final Codebooks codebooks;
  private final UnitVectors scales;
  private final byte[] codes;

  private AdditiveFactors(
      Shape shape,
      ScaleScope scope,
      Optional<SharedId> sharedId,
      byte[] storedCodebooks,
      byte[] storedScales,
      byte[] storedPlaces,
      byte[] storedCodes,
      SharedCodebooks decoded) {
    this.shape = shape;
    this.scope = scope;
    this.sharedId = sharedId;
    this.storedCodebooks = storedCodebooks;
    this.storedScales = storedScales;
    this.storedPlaces = storedPlaces;
    this.storedCodes = storedCodes;
    this.codebooks = decoded.codebooks();
    int vectors = vectors(shape, codebooks.shape());
    SubVectors cut = SubVectors.of(shape, codebooks.shape().dimension());
    int filters = scope.scales(shape);
    this.scales = UnitVectors.read(cut, filters, storedScales, storedPlaces);
    this.codes = CodeStream.decode(storedCodes, vectors, decoded.rates());
  }

  /** With codebooks that this weight alone has. */
  static AdditiveFactors withOwn(
      Shape shape,
      ScaleScope scope,
      CodeShape codeShape,
      byte[] storedCodebooks,
      byte[] storedScales,
      byte[] storedPlaces,
      byte[] storedCodes) {
    Codebooks codebooks = decodeCodebooks(storedCodebooks, codeShape);
    return new AdditiveFactors(
        shape,
        scope,
        Optional.empty(),
        storedCodebooks,
        storedScales,
        storedPlaces,
        storedCodes,
        SharedCodebooks.fresh(codebooks));
  }

  /** With codebooks that are stored elsewhere. */
  static AdditiveFactors withShared(
      Shape shape,
      ScaleScope scope,
      SharedId id,
      SharedCodebooks codebooks,
      byte[] storedScales,
      byte[] storedPlaces,
      byte[] storedCodes) {
    return new AdditiveFactors(
        shape,
        scope,
        Optional.of(id),
        new byte[0],
        storedScales,
        storedPlaces,
        storedCodes,
        codebooks);
  }

  private static int vectors(Shape shape, CodeShape codeShape) {
    long vectors = SubVectors.of(shape, codeShape.dimension()).count();
    if (vectors * Math.max(codeShape.codebooks(), codeShape.dimension()) > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("%d vectors of %s".formatted(vectors, codeShape));
    }
    return (int) vectors;
  }

  static Codebooks decodeCodebooks(byte[] stored, CodeShape shape) {
    ByteReader in = new ByteReader(stored);
    float[] values = FactorCoder.read(in, shape.totalCodewords(), shape.dimension());
    in.expectEnd();
    return new Codebooks(shape, values);
  }

  @Override
  public MethodId method() {
    return MethodId.ADDITIVE;
  }

  /**
   * {@code codebooks=2 codewords=256 dimension=8}, as they were used for this weight; or {@code
   * shared codebooks=4 codewords=256 dimension=16 bits=1.87} with the bits of the codes a weight,
   * which differ by what a bit was worth.
   */
  @Override
  public String operatingPoint() {
    CodeShape used = codebooks.shape();
    String sizes =
        "codebooks=%d codewords=%d dimension=%d"
            .formatted(used.codebooks(), used.codewords(), used.dimension());
    return sharedId.isEmpty()
        ? sizes
        : String.format(
            Locale.ROOT, "shared %s bits=%.2f", sizes, 8.0 * storedCodes.length / shape.elements());
  }

  @Override
  public List<SharedId> shared() {
    return sharedId.stream().toList();
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(scope.code() | (sharedId.isPresent() ? SHARED : 0));
    if (sharedId.isPresent()) {
      sharedId.get().write(out);
    } else {
      codebooks.shape().write(out);
      out.writeBlob(storedCodebooks);
    }
    out.writeBlob(storedScales);
    out.writeBlob(storedPlaces);
    out.writeBlob(storedCodes);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param shared where codebooks are found that are not the weight's own
   * @throws CorruptDataException if the bytes are no such factors, or the codebooks are missing
   */
  static AdditiveFactors read(ByteReader in, Shape shape, SharedFactors shared) {
    int form = in.readByte();
    ScaleScope scope = ScaleScope.ofCode(form & ~SHARED);
    if ((form & SHARED) != 0) {
      SharedId id = SharedId.read(in);
      SharedCodebooks codebooks = SharedCodebooks.find(shared, id);
      return withShared(shape, scope, id, codebooks, in.readBlob(), in.readBlob(), in.readBlob());
    }
    CodeShape codeShape = CodeShape.read(in);
    return withOwn(
        shape, scope, codeShape, in.readBlob(), in.readBlob(), in.readBlob(), in.readBlob());
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    return RestoredValues.bytes(scales.weights(codebooks.decode(codes)), dtype);
  }

  /** Codes of log₂ K bits, own codebooks and scales as 16-bit numbers. */
  @Override
  public long paperBytes() {
    long codeBits = (long) codes.length * codebooks.shape().bitsPerCode();
    long codebookValues = sharedId.isPresent() ? 0 : codebooks.shape().values();
    return (codeBits + 7) / 8
        + 2L * codebookValues
        + 2L * (scales.filters().count() + (sharedId.isPresent() ? scales.places().count() : 0));
  }
}
