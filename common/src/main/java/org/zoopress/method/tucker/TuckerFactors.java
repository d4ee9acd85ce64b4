package org.zoopress.method.tucker;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.tensortrain.StoredCores;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Factors of one weight: a chain of two matrices, or of factor matrix, core and factor matrix.
 *
 * <pre>
 *   byte   {@link Arrangement#code}, which with the shape says the sizes of the modes
 *   cores  as {@link StoredCores} says </pre>
 */
public final class TuckerFactors implements Factors {
  private final String operatingPoint;
  private final Shape shape;
  private final Arrangement arrangement;
  private final StoredCores cores;

  TuckerFactors(String operatingPoint, Shape shape, Arrangement arrangement, StoredCores cores) {
    this.operatingPoint = operatingPoint;
    this.shape = shape;
    this.arrangement = arrangement;
    this.cores = cores;
  }

  @Override
  public MethodId method() {
    return MethodId.TUCKER;
  }

  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  /** Which modes stand apart. */
  public Arrangement arrangement() {
    return arrangement;
  }

  /**
   * Ranks and factors: for Tucker-2 U of shape (1, O, r₁), the core (r₁, s, r₂) and Vᵀ (r₂, I, 1),
   * whose product the weight is.
   */
  public StoredCores cores() {
    return cores;
  }

  @Override
  public void write(ByteWriter out) {
    out.writeByte(arrangement.code());
    cores.write(out);
  }

  static TuckerFactors read(ByteReader in, Shape shape) {
    int code = in.readByte();
    Arrangement arrangement =
        Arrangement.ofCode(code)
            .orElseThrow(() -> new CorruptDataException("unknown arrangement " + code));
    return new TuckerFactors(
        "", shape, arrangement, StoredCores.read(in, arrangement.modes(shape)));
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    return RestoredValues.bytes(arrangement.order(shape).restore(cores.contract()), dtype);
  }

  /** Two bytes a number of the factors. */
  @Override
  public long paperBytes() {
    return 2 * cores.numbers();
  }
}
