package org.zoopress.method.secondorder;

import java.util.Optional;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.method.RestoredValues;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * A weight whose coefficients are sums of codewords, times a scale of the frequency and one of the
 * input channel. The codebooks are those of its network.
 */
public final class AdditiveLayer implements CodedLayer {
  private final Shape shape;
  private final boolean inputsFirst;
  private final Optional<KernelTransform> transform;
  private final ColumnSteps steps;
  private final BlockKind kind;
  private final NetworkCodebooks codebooks;
  private final byte[] codes;
  private final double bits;

  /**
   * @param codes of the vectors of {@link BlockLayout}, those of a vector together
   */
  AdditiveLayer(
      Shape shape,
      boolean inputsFirst,
      Optional<KernelTransform> transform,
      ColumnSteps steps,
      BlockKind kind,
      NetworkCodebooks codebooks,
      byte[] codes,
      double bits) {
    this.shape = shape;
    this.inputsFirst = inputsFirst;
    this.transform = transform;
    this.steps = steps;
    this.kind = kind;
    this.codebooks = codebooks;
    this.codes = codes;
    this.bits = bits;
  }

  @Override
  public AdditiveLayer inputsFirst() {
    if (shape.rank() != 2) {
      throw new IllegalStateException("weights of %s with inputs first".formatted(shape));
    }
    return new AdditiveLayer(shape, true, transform, steps, kind, codebooks, codes, bits);
  }

  boolean isInputsFirst() {
    return inputsFirst;
  }

  @Override
  public Shape storedShape() {
    return inputsFirst ? Shape.of(shape.dim(1), shape.dim(0)) : shape;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  Optional<KernelTransform> transform() {
    return transform;
  }

  ColumnSteps steps() {
    return steps;
  }

  BlockKind kind() {
    return kind;
  }

  NetworkCodebooks codebooks() {
    return codebooks;
  }

  byte[] codes() {
    return codes;
  }

  ColumnLayout layout() {
    return ColumnOrder.layout(shape);
  }

  @Override
  public double bits() {
    return bits;
  }

  @Override
  public long elements() {
    return shape.elements();
  }

  @Override
  public float[] restored() {
    ColumnOrder order = new ColumnOrder(shape, transform);
    ColumnLayout layout = order.layout();
    BlockLayout blocks = new BlockLayout(layout, kind, codebooks.shape().dimension());
    int d = codebooks.shape().dimension();
    int outputs = layout.outputs();
    float[] vectors = codebooks.values().decode(codes);
    float[] coefficients = new float[Math.toIntExact(shape.elements())];
    int groups = Math.max(1, steps.groups(layout));
    int groupOutputs = outputs / groups;
    for (int block = 0; block < blocks.blocks(); block++) {
      int start = blocks.start(block);
      for (int place = start; place < blocks.start(block + 1); place++) {
        int column = blocks.column(place);
        for (int g = 0; g < groups; g++) {
          int channel = g * layout.channels() + column % layout.channels();
          float scale = steps.of(column / layout.channels(), channel);
          for (int o = g * groupOutputs; o < (g + 1) * groupOutputs; o++) {
            float value = vectors[(block * outputs + o) * d + place - start];
            coefficients[column * outputs + o] = value * scale;
          }
        }
      }
    }
    return order.inverse(coefficients);
  }

  @Override
  public byte[] restore(DType dtype) {
    float[] values = restored();
    return RestoredValues.bytes(
        inputsFirst ? RowOrder.transposed(values, layout().outputs()) : values, dtype);
  }
}
