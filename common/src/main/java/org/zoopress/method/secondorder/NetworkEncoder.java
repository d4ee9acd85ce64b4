package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.ColumnCoder;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;

/** Writes the members of a network; the form is described with {@link NetworkFactors}. */
final class NetworkEncoder {
  private final AdaptiveIntegers.Writer header = new AdaptiveIntegers.Writer();
  private final NetworkHeader expected = new NetworkHeader();
  private final List<KernelTransform> transforms = new ArrayList<>();
  private final List<ColumnCoder.Layer> layers = new ArrayList<>();
  private final List<AdditiveLayer> additive = new ArrayList<>();
  private final ByteWriter exact = new ByteWriter();

  byte[] encode(List<StoredMember> members, List<Integer> ranks) {
    for (int i = 0; i < members.size(); i++) {
      StoredMember member = members.get(i);
      int rank = ranks.get(i);
      int kind = MemberKind.of(member).ordinal();
      header.write(NetworkHeader.MEMBER, kind - expected.expectedKind(rank));
      expected.learnKind(rank, kind);
      if (member instanceof QuantizedLayer layer) {
        add(layer);
      } else if (member instanceof AdditiveLayer layer) {
        add(layer);
      } else if (member instanceof SideParameters side) {
        add(side);
      } else if (member instanceof ConstantMember constant) {
        add(constant);
      } else if (member instanceof ExactMember same) {
        same.factors().write(exact);
      }
    }
    ByteWriter out = new ByteWriter();
    out.writeVarint(transforms.size());
    transforms.forEach(transform -> transform.write(out));
    out.writeBlob(header.finish());
    out.writeBytes(exact.toByteArray());
    List<List<ColumnCoder.Layer>> segments = Segments.of(layers, layer -> layer.layout().count());
    for (List<ColumnCoder.Layer> segment : segments) {
      out.writeBlob(ColumnCoder.encode(segment));
    }
    if (!additive.isEmpty()) {
      AdditiveCodes.write(out, additive);
    }
    return out.toByteArray();
  }

  private void add(QuantizedLayer layer) {
    writeOrder(layer.shape(), layer.isInputsFirst());
    int code = layer.trellis().code();
    header.write(NetworkHeader.TRELLIS, code - expected.expectedTrellis());
    expected.learnTrellis(code);
    writeSteps(layer.layout(), layer.transform(), layer.steps());
    layers.add(new ColumnCoder.Layer(layer.layout(), layer.trellis(), layer.points()));
  }

  private void add(AdditiveLayer layer) {
    writeOrder(layer.shape(), layer.isInputsFirst());
    header.write(NetworkHeader.BLOCK_KIND, layer.kind().ordinal());
    writeSteps(layer.layout(), layer.transform(), layer.steps());
    additive.add(layer);
  }

  private void writeOrder(Shape shape, boolean inputsFirst) {
    if (shape.rank() == 2) {
      int flag = inputsFirst ? 1 : 0;
      header.write(NetworkHeader.INPUTS_FIRST, flag - expected.expectedInputsFirst());
      expected.learnInputsFirst(flag);
    }
  }

  private void writeSteps(
      ColumnLayout layout, Optional<KernelTransform> transform, ColumnSteps steps) {
    int place = transform.map(this::place).orElse(0);
    if (layout.frequencies() >= KernelTransform.SMALLEST_KERNEL) {
      header.write(NetworkHeader.TRANSFORM, place);
    }
    int[] codes = steps.frequencies();
    for (int f = 0; f < codes.length; f++) {
      int kind = f == 0 ? NetworkHeader.FIRST_STEP : NetworkHeader.NEXT_STEP;
      header.write(kind, codes[f] - expected.expectedStep(codes, f));
    }
    expected.learnSteps(codes);
    int groups = steps.groups(layout);
    header.write(NetworkHeader.SCALED_GROUPS, groups - expected.expectedScaledGroups());
    expected.learnScaledGroups(groups);
    for (int scale : steps.channels()) {
      header.write(NetworkHeader.SCALE, scale);
    }
  }

  /** Zero is none. */
  private int place(KernelTransform transform) {
    if (!transforms.contains(transform)) {
      transforms.add(transform);
    }
    return transforms.indexOf(transform) + 1;
  }

  private void add(SideParameters side) {
    int code = side.stepCode();
    header.write(NetworkHeader.SIDE_STEP, code - expected.expectedSideStep());
    expected.learnSideStep(code);
    long sum = 0;
    for (int multiple : side.multiples()) {
      sum += multiple;
    }
    int center = (int) Math.floorDiv(sum, side.multiples().length);
    header.write(NetworkHeader.SIDE_CENTER, center);
    for (int multiple : side.multiples()) {
      header.write(NetworkHeader.SIDE, multiple - center);
    }
  }

  private void add(ConstantMember constant) {
    int index = expected.constants().indexOf(constant.value());
    if (index < 0) {
      index = expected.constants().size();
    }
    header.write(NetworkHeader.CONSTANT, index - expected.expectedConstant());
    if (index == expected.constants().size()) {
      header.writeBits(Float.floatToRawIntBits(constant.value()));
    }
    expected.learnConstant(index, constant.value());
  }
}
