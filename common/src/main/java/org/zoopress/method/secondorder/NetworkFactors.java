package org.zoopress.method.secondorder;

import java.util.List;
import java.util.Locale;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * All tensors of a network.
 *
 * <p>Stored form:
 *
 * <pre>
 *   varint   number of kernel transforms, then each             ({@link
 *            org.zoopress.method.transform.KernelTransform})
 *   blob     header: integers of all members, in their order    ({@link
 *            org.zoopress.coding.AdaptiveIntegers})
 *   bytes    of each exact member                               ({@link
 *            org.zoopress.method.lossless.LosslessFactors})
 *   blobs    points of the layers, a segment of consecutive layers each: as many layers as reach
 *            2^20 points                                        ({@link
 *            org.zoopress.coding.ColumnCoder})
 *   where there are additive layers:
 *   blob     their codebooks and rates                          ({@link NetworkCodebooks})
 *   blobs    codes, one blob a layer                            ({@link
 *            org.zoopress.method.additive.CodeStream})
 * </pre>
 *
 * The header has of each member its {@link MemberKind}, then
 *
 * <ul>
 *   <li>of a layer: of a matrix, 1 if it is stored inputs first; code of its trellis; of kernels of
 *       at least four positions 0 or the number of its transform; e of the step 2^(e/8) of each
 *       frequency; number of groups whose input channels have scales, or 0; e of each scale
 *       2^(e/4);
 *   <li>of an additive layer the same, but for the trellis the {@link BlockKind};
 *   <li>of side parameters: e of the step 2^(e/8), their mean multiple, the multiples less the
 *       mean;
 *   <li>of a constant: which of the distinct ones it is, and of a new one the bits of its float32.
 * </ul>
 *
 * All but the kind of blocks, the transform, scales, multiples and those bits are written as the
 * difference to what {@link NetworkHeader} expects.
 */
public final class NetworkFactors implements Factors {
  private final byte[] stored;
  private final DecodedNetwork network;
  private final String operatingPoint;

  private NetworkFactors(byte[] stored, DecodedNetwork network, String operatingPoint) {
    this.stored = stored;
    this.network = network;
    this.operatingPoint = operatingPoint;
  }

  /**
   * Stores the members.
   *
   * @param shapes of the members as a payload names them, of as many elements
   * @param operatingPoint for people and tables
   */
  public static NetworkFactors of(
      List<StoredMember> members, List<Shape> shapes, String operatingPoint) {
    if (members.isEmpty() || members.size() != shapes.size()) {
      throw new IllegalArgumentException(
          "%d members, %d shapes".formatted(members.size(), shapes.size()));
    }
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).elements() != shapes.get(i).elements()) {
        throw new IllegalArgumentException(
            "member of %d elements for %s".formatted(members.get(i).elements(), shapes.get(i)));
      }
      if (members.get(i) instanceof CodedLayer layer
          && !layer.storedShape().equals(shapes.get(i))) {
        throw new IllegalArgumentException(
            "layer of %s for %s".formatted(layer.storedShape(), shapes.get(i)));
      }
    }
    byte[] stored = new NetworkEncoder().encode(members, shapes.stream().map(Shape::rank).toList());
    return new NetworkFactors(stored, new DecodedNetwork(members), operatingPoint);
  }

  /**
   * Inverse of {@link #write}.
   *
   * @throws CorruptDataException if the bytes are no such network
   */
  static NetworkFactors read(ByteReader in, List<Shape> shapes) {
    byte[] stored = in.readBytes(in.remaining());
    DecodedNetwork network = new NetworkDecoder(new ByteReader(stored), shapes).decode();
    return new NetworkFactors(
        stored, network, String.format(Locale.ROOT, "layers=%d", network.layers()));
  }

  @Override
  public MethodId method() {
    return MethodId.SECOND_ORDER;
  }

  /** As given where the network was solved; {@code layers=…} where it was read. */
  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  @Override
  public int members() {
    return network.members();
  }

  @Override
  public void write(ByteWriter out) {
    out.writeBytes(stored);
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    return network.restore(member, dtype);
  }
}
