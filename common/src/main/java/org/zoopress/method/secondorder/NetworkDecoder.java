package org.zoopress.method.secondorder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ColumnLayout;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.Trellis;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.tensor.Shape;

/** Inverse of {@link NetworkEncoder}; everything is checked before it is allocated. */
final class NetworkDecoder {
  private static final int MOST_TRANSFORMS = 256;

  private final ByteReader in;
  private final List<Shape> shapes;
  private final NetworkHeader expected = new NetworkHeader();
  private final List<KernelTransform> transforms = new ArrayList<>();
  private final List<StoredMember> members = new ArrayList<>();
  private final List<DecodedNetwork.Pending> layers = new ArrayList<>();
  private final List<AdditiveCodes.Pending> additive = new ArrayList<>();
  private final List<Integer> exact = new ArrayList<>();
  private long sideValues;

  NetworkDecoder(ByteReader in, List<Shape> shapes) {
    this.in = in;
    this.shapes = shapes;
  }

  DecodedNetwork decode() {
    int count = in.readVarint(MOST_TRANSFORMS, "number of kernel transforms");
    for (int i = 0; i < count; i++) {
      transforms.add(KernelTransform.read(in));
    }
    AdaptiveIntegers.Reader header = new AdaptiveIntegers.Reader(in.readBlob());
    for (Shape shape : shapes) {
      if (shape.elements() > Integer.MAX_VALUE - 8) {
        throw new CorruptDataException("member of shape " + shape);
      }
      members.add(member(header, shape));
    }
    for (int member : exact) {
      Shape shape = shapes.get(member);
      members.set(member, new ExactMember(shape, new LosslessMethod().read(in, List.of(shape))));
    }
    List<DecodedNetwork.Segment> segments = new ArrayList<>();
    for (List<DecodedNetwork.Pending> layersOfOne :
        Segments.of(layers, layer -> layer.layout().count())) {
      segments.add(new DecodedNetwork.PointSegment(layersOfOne, in.readBlob()));
    }
    if (!additive.isEmpty()) {
      segments.addAll(AdditiveCodes.read(in, additive));
    }
    in.expectEnd();
    return new DecodedNetwork(members, segments);
  }

  /** Null for what follows later: the points of layers and exact members. */
  private StoredMember member(AdaptiveIntegers.Reader header, Shape shape) {
    int kind = header.read(NetworkHeader.MEMBER) + expected.expectedKind(shape.rank());
    if (kind < 0 || kind >= MemberKind.values().length) {
      throw new CorruptDataException("unknown kind %d of a member".formatted(kind));
    }
    expected.learnKind(shape.rank(), kind);
    return switch (MemberKind.values()[kind]) {
      case LAYER -> {
        layers.add(layer(header, shape));
        yield null;
      }
      case ADDITIVE -> {
        additive.add(additive(header, shape));
        yield null;
      }
      case SIDE -> side(header, shape);
      case CONSTANT -> constant(header, shape);
      case EXACT -> {
        exact.add(members.size());
        yield null;
      }
    };
  }

  private DecodedNetwork.Pending layer(AdaptiveIntegers.Reader header, Shape stored) {
    boolean inputsFirst = isInputsFirst(header, stored);
    Shape shape = outputsFirst(stored, inputsFirst);
    int code = header.read(NetworkHeader.TRELLIS) + expected.expectedTrellis();
    Trellis trellis = Trellis.ofCode(code);
    expected.learnTrellis(code);
    ColumnLayout layout = ColumnOrder.layout(shape);
    Optional<KernelTransform> transform = transform(header, layout, shape);
    return new DecodedNetwork.Pending(
        shape, inputsFirst, transform, trellis, steps(header, layout), members.size());
  }

  private AdditiveCodes.Pending additive(AdaptiveIntegers.Reader header, Shape stored) {
    boolean inputsFirst = isInputsFirst(header, stored);
    Shape shape = outputsFirst(stored, inputsFirst);
    int kind = header.read(NetworkHeader.BLOCK_KIND);
    if (kind < 0 || kind >= BlockKind.values().length) {
      throw new CorruptDataException("unknown kind %d of blocks".formatted(kind));
    }
    ColumnLayout layout = ColumnOrder.layout(shape);
    Optional<KernelTransform> transform = transform(header, layout, shape);
    return new AdditiveCodes.Pending(
        shape,
        inputsFirst,
        transform,
        steps(header, layout),
        BlockKind.values()[kind],
        members.size());
  }

  private static Shape outputsFirst(Shape stored, boolean inputsFirst) {
    return inputsFirst ? Shape.of(stored.dim(1), stored.dim(0)) : stored;
  }

  private ColumnSteps steps(AdaptiveIntegers.Reader header, ColumnLayout layout) {
    int[] codes = new int[layout.frequencies()];
    for (int f = 0; f < codes.length; f++) {
      int kind = f == 0 ? NetworkHeader.FIRST_STEP : NetworkHeader.NEXT_STEP;
      codes[f] = checkedStep((long) header.read(kind) + expected.expectedStep(codes, f));
    }
    expected.learnSteps(codes);
    return new ColumnSteps(codes, scales(header, layout));
  }

  private boolean isInputsFirst(AdaptiveIntegers.Reader header, Shape stored) {
    if (stored.elements() == 0) {
      throw new CorruptDataException("quantized weights of shape " + stored);
    }
    if (stored.rank() != 2) {
      return false;
    }
    int flag = header.read(NetworkHeader.INPUTS_FIRST) + expected.expectedInputsFirst();
    if (flag != 0 && flag != 1) {
      throw new CorruptDataException("unknown order %d of a matrix".formatted(flag));
    }
    expected.learnInputsFirst(flag);
    return flag == 1;
  }

  private Optional<KernelTransform> transform(
      AdaptiveIntegers.Reader header, ColumnLayout layout, Shape shape) {
    if (layout.frequencies() < KernelTransform.SMALLEST_KERNEL) {
      return Optional.empty();
    }
    int place = header.read(NetworkHeader.TRANSFORM);
    if (place == 0) {
      return Optional.empty();
    }
    if (place < 0 || place > transforms.size()) {
      throw new CorruptDataException(
          "kernel transform %d of %d".formatted(place, transforms.size()));
    }
    KernelTransform transform = transforms.get(place - 1);
    if (transform.size() != layout.frequencies()) {
      throw new CorruptDataException(
          "transform of %d positions for kernels of shape %s".formatted(transform.size(), shape));
    }
    return Optional.of(transform);
  }

  private int[] scales(AdaptiveIntegers.Reader header, ColumnLayout layout) {
    int groups = header.read(NetworkHeader.SCALED_GROUPS) + expected.expectedScaledGroups();
    if (groups < 0 || (groups > 0 && layout.outputs() % groups != 0)) {
      throw new CorruptDataException(
          "scales of %d groups of %d outputs".formatted(groups, layout.outputs()));
    }
    expected.learnScaledGroups(groups);
    sideValues += (long) groups * layout.channels();
    checkSideValues();
    int[] scales = new int[groups * layout.channels()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = header.read(NetworkHeader.SCALE);
      if (Math.abs((long) scales[i]) > ColumnSteps.LARGEST_SCALE) {
        throw new CorruptDataException("scale 2^(%d/4) of a channel".formatted(scales[i]));
      }
    }
    return scales;
  }

  /** What the header holds of each channel is bounded, because its bytes do not bound it. */
  private void checkSideValues() {
    if (sideValues > SideParameters.MOST_VALUES) {
      throw new CorruptDataException("%d parameters of channels".formatted(sideValues));
    }
  }

  private static int checkedStep(long code) {
    if (code < ColumnSteps.SMALLEST || code > ColumnSteps.LARGEST) {
      throw new CorruptDataException("step 2^(%d/8)".formatted(code));
    }
    return (int) code;
  }

  private SideParameters side(AdaptiveIntegers.Reader header, Shape shape) {
    sideValues += shape.elements();
    checkSideValues();
    if (shape.elements() == 0) {
      throw new CorruptDataException("side parameters of shape " + shape);
    }
    int code =
        checkedStep((long) header.read(NetworkHeader.SIDE_STEP) + expected.expectedSideStep());
    expected.learnSideStep(code);
    int center = header.read(NetworkHeader.SIDE_CENTER);
    int[] multiples = new int[(int) shape.elements()];
    for (int i = 0; i < multiples.length; i++) {
      multiples[i] = center + header.read(NetworkHeader.SIDE);
    }
    return new SideParameters(code, multiples);
  }

  private ConstantMember constant(AdaptiveIntegers.Reader header, Shape shape) {
    int index = header.read(NetworkHeader.CONSTANT) + expected.expectedConstant();
    int known = expected.constants().size();
    if (index < 0 || index > known) {
      throw new CorruptDataException("constant %d of %d".formatted(index, known));
    }
    float value =
        index < known ? expected.constants().get(index) : Float.intBitsToFloat(header.readBits());
    if (!Float.isFinite(value)) {
      throw new CorruptDataException("a constant of " + value);
    }
    expected.learnConstant(index, value);
    return new ConstantMember(value, shape);
  }
}
