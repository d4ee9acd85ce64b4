package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.coding.ColumnCoder;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.Trellis;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** The members of a network; layers are decoded when one of their segment is first asked for. */
final class DecodedNetwork {
  /**
   * A layer whose points are not decoded yet.
   *
   * @param shape outputs first
   * @param member its place among the members
   */
  record Pending(
      Shape shape,
      boolean inputsFirst,
      Optional<KernelTransform> transform,
      Trellis trellis,
      ColumnSteps steps,
      int member) {
    ColumnLayout layout() {
      return ColumnOrder.layout(shape);
    }

    QuantizedLayer decoded(int[] points) {
      QuantizedLayer layer =
          new QuantizedLayer(shape, transform, trellis, steps, points, Double.NaN);
      return inputsFirst ? layer.inputsFirst() : layer;
    }

    ColumnCoder.Head head() {
      return new ColumnCoder.Head(layout(), trellis);
    }
  }

  /** Layers that are decoded together. */
  interface Segment {
    /** Their places among the members. */
    List<Integer> members();

    /** The layers, in the same order. */
    List<CodedLayer> decode();
  }

  /** Layers of points. */
  record PointSegment(List<Pending> layers, byte[] bytes) implements Segment {
    @Override
    public List<Integer> members() {
      return layers.stream().map(Pending::member).toList();
    }

    @Override
    public List<CodedLayer> decode() {
      List<int[]> points = ColumnCoder.decode(bytes, layers.stream().map(Pending::head).toList());
      List<CodedLayer> decoded = new ArrayList<>();
      for (int i = 0; i < points.size(); i++) {
        decoded.add(layers.get(i).decoded(points.get(i)));
      }
      return decoded;
    }
  }

  // Null where the segment of the layer is not decoded yet.
  private final List<StoredMember> members;
  private final Map<Integer, Segment> segments = new HashMap<>();

  /** All known. */
  DecodedNetwork(List<StoredMember> members) {
    this.members = new ArrayList<>(members);
  }

  /**
   * @param members null at the place of a layer
   */
  DecodedNetwork(List<StoredMember> members, List<Segment> segments) {
    this(members);
    for (Segment segment : segments) {
      segment.members().forEach(member -> this.segments.put(member, segment));
    }
  }

  int members() {
    return members.size();
  }

  synchronized int layers() {
    return (int) members.stream().filter(m -> m == null || m instanceof CodedLayer).count();
  }

  byte[] restore(int member, DType dtype) {
    StoredMember known = member(member);
    if (!dtype.compressible() && !(known instanceof ExactMember)) {
      throw new CorruptDataException("rounded values for a tensor of " + dtype);
    }
    return known.restore(dtype);
  }

  private synchronized StoredMember member(int index) {
    Segment segment = segments.get(index);
    if (segment != null) {
      List<CodedLayer> layers = segment.decode();
      for (int i = 0; i < layers.size(); i++) {
        members.set(segment.members().get(i), layers.get(i));
        segments.remove(segment.members().get(i));
      }
    }
    return members.get(index);
  }
}
