package org.zoopress.datafree;

import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.zoopress.network.Attributes;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkNode;

/**
 * What a layer reads and answers at each place of its output, as matrices of one column a place.
 *
 * <p>A linear layer has a place for each row of its input, a convolution one for each position of
 * its kernel.
 */
final class PlaceColumns {
  private final NetworkLayer layer;
  private final Attributes attributes;
  private final Tensor inputs;
  private final Tensor outputs;
  private final int samples;
  private final long places;

  /**
   * @param inputs what the layer reads, (N, …)
   * @param outputs what a layer of its shape answers, (N, …)
   */
  PlaceColumns(NetworkLayer layer, NetworkNode node, Tensor inputs, Tensor outputs) {
    this.layer = layer;
    this.attributes = node.attributes();
    this.inputs = inputs;
    this.outputs = outputs;
    this.samples = Math.toIntExact(inputs.size(0));
    this.places = outputs.numel() / samples / layer.outputs();
  }

  int samples() {
    return samples;
  }

  /** Of a sample. */
  long places() {
    return places;
  }

  /** Rows of a group: the inputs of one output. */
  int columns() {
    return Math.toIntExact(layer.shape().elements() / layer.outputs());
  }

  /** Numbers that a sample's inputs take before places are left out. */
  long floatsOfSample() {
    return (long) columns() * layer.groups() * places;
  }

  /** (groups, n, places) of some samples, every k-th place. */
  Tensor inputs(int first, int count, long offset, long every) {
    Tensor part = inputs.narrow(0, first, count);
    if (!layer.isConvolution()) {
      return thinned(part.reshape(count, places, columns()).transpose(1, 2), 1, offset, every);
    }
    return thinned(patches(part), layer.groups(), offset, every);
  }

  /** (groups, O/groups, places) of the same. */
  Tensor outputs(int first, int count, long offset, long every) {
    Tensor part = outputs.narrow(0, first, count);
    Tensor rows =
        layer.isConvolution()
            ? part.reshape(count, layer.outputs(), places)
            : part.reshape(count, places, layer.outputs()).transpose(1, 2);
    return thinned(rows, layer.groups(), offset, every);
  }

  /** (N, groups · rows, places) → (groups, rows, places of all samples). */
  private static Tensor thinned(Tensor values, int groups, long offset, long every) {
    long count = values.size(0);
    Tensor kept = values.slice(2, new LongOptional(offset), new LongOptional(), every);
    long rows = values.size(1) / groups;
    return kept.reshape(count, groups, rows, kept.size(2))
        .permute(1, 2, 0, 3)
        .reshape(groups, rows, count * kept.size(2));
  }

  private Tensor patches(Tensor part) {
    long height = layer.shape().dim(2);
    long width = layer.shape().dim(3);
    List<Long> strides = attributes.integerList("strides");
    List<Long> dilations = attributes.integerList("dilations");
    long strideY = at(strides, 0, 1);
    long strideX = at(strides, 1, 1);
    long dilationY = at(dilations, 0, 1);
    long dilationX = at(dilations, 1, 1);
    long[] vertical = padding(0, part.size(2), strideY, dilationY * (height - 1) + 1);
    long[] horizontal = padding(1, part.size(3), strideX, dilationX * (width - 1) + 1);
    Tensor padded =
        torch.constant_pad_nd(part, horizontal[0], horizontal[1], vertical[0], vertical[1]);
    return torch.im2col(
        padded,
        new long[] {height, width},
        new long[] {dilationY, dilationX},
        new long[] {0, 0},
        strideY,
        strideX);
  }

  /** Zeros before and behind, of one direction. */
  private long[] padding(int axis, long size, long stride, long reach) {
    String automatic = attributes.text("auto_pad", "NOTSET");
    if (automatic.startsWith("SAME")) {
      long count = (size + stride - 1) / stride;
      long zeros = Math.max(0, (count - 1) * stride + reach - size);
      long less = zeros / 2;
      return automatic.equals("SAME_LOWER")
          ? new long[] {zeros - less, less}
          : new long[] {less, zeros - less};
    }
    List<Long> pads = attributes.integerList("pads");
    return automatic.equals("VALID")
        ? new long[2]
        : new long[] {at(pads, axis, 0), at(pads, axis + 2, 0)};
  }

  private static long at(List<Long> values, int index, long absent) {
    return index < values.size() ? values.get(index) : absent;
  }
}
