package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.CodeStream;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;

/**
 * The codebooks of a network and the codes of its additive layers.
 *
 * <pre>
 *   blob   codebooks and rates   ({@link NetworkCodebooks})
 *   blobs  codes of each layer   ({@link CodeStream}) </pre>
 */
final class AdditiveCodes {
  private AdditiveCodes() {}

  /**
   * A layer whose codes are not decoded yet.
   *
   * @param shape outputs first
   * @param member its place among the members
   */
  record Pending(
      Shape shape,
      boolean inputsFirst,
      Optional<KernelTransform> transform,
      ColumnSteps steps,
      BlockKind kind,
      int member) {
    ColumnLayout layout() {
      return ColumnOrder.layout(shape);
    }
  }

  /** A layer of codes; each has a stream of its own, because layers use codewords unlike. */
  record CodeSegment(Pending layer, int vectors, NetworkCodebooks codebooks, byte[] bytes)
      implements DecodedNetwork.Segment {
    @Override
    public List<Integer> members() {
      return List.of(layer.member());
    }

    @Override
    public List<CodedLayer> decode() {
      return List.of(
          new AdditiveLayer(
              layer.shape(),
              layer.inputsFirst(),
              layer.transform(),
              layer.steps(),
              layer.kind(),
              codebooks,
              CodeStream.decode(bytes, vectors, codebooks.rates()),
              Double.NaN));
    }
  }

  /**
   * @throws IllegalArgumentException if the layers have different codebooks
   */
  static void write(ByteWriter out, List<AdditiveLayer> layers) {
    NetworkCodebooks codebooks = layers.get(0).codebooks();
    for (AdditiveLayer layer : layers) {
      if (!layer.codebooks().equals(codebooks)) {
        throw new IllegalArgumentException("layers of one network with different codebooks");
      }
    }
    out.writeBlob(codebooks.stored());
    for (AdditiveLayer layer : layers) {
      out.writeBlob(CodeStream.encode(layer.codes(), codebooks.rates()));
    }
  }

  static List<DecodedNetwork.Segment> read(ByteReader in, List<Pending> layers) {
    NetworkCodebooks codebooks = NetworkCodebooks.read(in.readBlob());
    List<DecodedNetwork.Segment> segments = new ArrayList<>();
    for (Pending layer : layers) {
      segments.add(new CodeSegment(layer, vectors(layer, codebooks), codebooks, in.readBlob()));
    }
    return segments;
  }

  /** So many that codes and vectors fit an array each. */
  private static int vectors(Pending layer, NetworkCodebooks codebooks) {
    CodeShape shape = codebooks.shape();
    BlockLayout blocks = new BlockLayout(layer.layout(), layer.kind(), shape.dimension());
    if (!blocks.fits()) {
      throw new CorruptDataException(
          "vectors of %d numbers for weights of %s".formatted(shape.dimension(), layer.shape()));
    }
    long vectors = blocks.vectors();
    if (vectors * Math.max(shape.codebooks(), shape.dimension()) > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("%d vectors of %s".formatted(vectors, shape));
    }
    return (int) vectors;
  }
}
