package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.Arrays;
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
 *   blobs  codes, a segment of consecutive layers each   ({@link CodeStream}) </pre>
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

  /** Layers of codes for the same codebooks. */
  record CodeSegment(List<Pending> layers, NetworkCodebooks codebooks, byte[] bytes)
      implements DecodedNetwork.Segment {
    @Override
    public List<Integer> members() {
      return layers.stream().map(Pending::member).toList();
    }

    @Override
    public List<CodedLayer> decode() {
      int books = codebooks.shape().codebooks();
      byte[] codes = CodeStream.decode(bytes, vectors(layers, codebooks), codebooks.rates());
      List<CodedLayer> decoded = new ArrayList<>();
      int from = 0;
      for (Pending layer : layers) {
        int to = from + vectors(List.of(layer), codebooks) * books;
        decoded.add(
            new AdditiveLayer(
                layer.shape(),
                layer.inputsFirst(),
                layer.transform(),
                layer.steps(),
                layer.kind(),
                codebooks,
                Arrays.copyOfRange(codes, from, to),
                Double.NaN));
        from = to;
      }
      return decoded;
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
    for (List<AdditiveLayer> segment : Segments.of(layers, l -> l.layout().count())) {
      ByteWriter codes = new ByteWriter();
      segment.forEach(layer -> codes.writeBytes(layer.codes()));
      out.writeBlob(CodeStream.encode(codes.toByteArray(), codebooks.rates()));
    }
  }

  static List<DecodedNetwork.Segment> read(ByteReader in, List<Pending> layers) {
    NetworkCodebooks codebooks = NetworkCodebooks.read(in.readBlob());
    int dimension = codebooks.shape().dimension();
    for (Pending layer : layers) {
      BlockLayout blocks = new BlockLayout(layer.layout(), layer.kind(), dimension);
      if (!blocks.fits()) {
        throw new CorruptDataException(
            "vectors of %d numbers for weights of %s".formatted(dimension, layer.shape()));
      }
    }
    List<DecodedNetwork.Segment> segments = new ArrayList<>();
    for (List<Pending> segment : Segments.of(layers, l -> l.layout().count())) {
      vectors(segment, codebooks);
      segments.add(new CodeSegment(segment, codebooks, in.readBlob()));
    }
    return segments;
  }

  /** Of all layers; as many that codes and vectors fit an array each. */
  private static int vectors(List<Pending> layers, NetworkCodebooks codebooks) {
    CodeShape shape = codebooks.shape();
    long vectors = 0;
    for (Pending layer : layers) {
      vectors += new BlockLayout(layer.layout(), layer.kind(), shape.dimension()).vectors();
    }
    if (vectors * Math.max(shape.codebooks(), shape.dimension()) > Integer.MAX_VALUE - 8) {
      throw new CorruptDataException("%d vectors of %s".formatted(vectors, shape));
    }
    return (int) vectors;
  }
}
