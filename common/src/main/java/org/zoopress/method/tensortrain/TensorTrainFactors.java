package org.zoopress.method.tensortrain;

import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.method.RestoredValues;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.ModeOrder;
import org.zoopress.tensor.Shape;

/**
 * The train of one weight, whose modes are (O, kh, kw, I) split further.
 *
 * <pre>
 *   varint   d, number of modes, at least 2
 *   varints  n_1 … n_{d-1}; n_d follows
 *   cores    as {@link StoredCores} says </pre>
 */
public final class TensorTrainFactors implements Factors {
  /** More modes than that have no use: 2³¹ values have at most 30 factors. */
  private static final int MOST_MODES = 64;

  private final String operatingPoint;
  private final Shape shape;
  private final StoredCores cores;

  TensorTrainFactors(String operatingPoint, Shape shape, StoredCores cores) {
    this.operatingPoint = operatingPoint;
    this.shape = shape;
    this.cores = cores;
  }

  /** The order of the modes in which a weight becomes a train. */
  static ModeOrder order(Shape shape) {
    return new ModeOrder(shape, 0, 2, 3, 1);
  }

  @Override
  public MethodId method() {
    return MethodId.TENSOR_TRAIN;
  }

  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  /** Modes, ranks and cores. */
  public StoredCores cores() {
    return cores;
  }

  @Override
  public void write(ByteWriter out) {
    int[] modes = cores.modes();
    out.writeVarint(modes.length);
    for (int k = 0; k < modes.length - 1; k++) {
      out.writeVarint(modes[k]);
    }
    cores.write(out);
  }

  static TensorTrainFactors read(ByteReader in, Shape shape) {
    int[] modes = new int[in.readVarint(MOST_MODES, "number of modes")];
    if (modes.length < 2) {
      throw new CorruptDataException("a tensor train of %d modes".formatted(modes.length));
    }
    int rest = Math.toIntExact(shape.elements());
    for (int k = 0; k < modes.length - 1; k++) {
      modes[k] = in.readVarint(rest, "size of a mode");
      if (modes[k] == 0 || rest % modes[k] != 0) {
        throw new CorruptDataException(
            "mode %d of size %d does not divide %d values".formatted(k + 1, modes[k], rest));
      }
      rest /= modes[k];
    }
    modes[modes.length - 1] = rest;
    return new TensorTrainFactors("", shape, StoredCores.read(in, modes));
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    return RestoredValues.bytes(order(shape).restore(cores.contract()), dtype);
  }

  /** Two bytes a number of the cores. */
  @Override
  public long paperBytes() {
    return 2 * cores.numbers();
  }
}
