package org.zoopress.method.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.AdaptiveIntegers;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.Trellis;
import org.zoopress.method.SharedFactors;
import org.zoopress.payload.Payload;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/** Whole networks in one payload. */
class NetworkFactorsTest {
  @Test
  void aNetworkOfAllKindsOfMembersComesBack() {
    List<StoredMember> members = new ArrayList<>();
    List<Payload.Member> shapes = new ArrayList<>();
    LayerSettings settings = LayerSettings.ofStep(0.04);
    for (int layer = 0; layer < 4; layer++) {
      LayerProblem problem = Kernels.convolution(16, 8, layer);
      members.add(
          LayerQuantizer.quantize(
              problem, layer == 2 ? settings : settings.withTransform(Kernels.cosine())));
      shapes.add(new Payload.Member(DType.F32, problem.shape()));
      for (int k = 0; k < 2; k++) {
        members.add(SideParameters.of(Kernels.gaussian(16, 1, 50 + layer), 8));
        shapes.add(new Payload.Member(DType.F32, Shape.of(16)));
      }
      members.add(ConstantMember.of(0, Shape.of(16)));
      members.add(ConstantMember.of(0.99999f, Shape.of(16)));
      members.add(ExactMember.of(new byte[8], DType.I64, Shape.of()));
      shapes.add(new Payload.Member(DType.F32, Shape.of(16)));
      shapes.add(new Payload.Member(DType.F32, Shape.of(16)));
      shapes.add(new Payload.Member(DType.I64, Shape.of()));
    }
    NetworkFactors factors =
        NetworkFactors.of(members, shapes.stream().map(Payload.Member::shape).toList(), "x");
    byte[] stored = new Payload(shapes, List.of(factors)).encode();
    Payload read = Payload.decode(stored, 0, stored.length, SharedFactors.none());
    for (int i = 0; i < members.size(); i++) {
      DType dtype = shapes.get(i).dtype();
      assertThat(read.restore(i)).as("member %s", i).isEqualTo(members.get(i).restore(dtype));
    }
    assertThat(read.encode()).isEqualTo(stored);
    double bits = 0;
    for (StoredMember member : members) {
      bits += member instanceof QuantizedLayer layer ? layer.bits() : 0;
    }
    assertThat(stored.length * 8.0).isBetween(0.9 * bits, bits + 8 * 420);
  }

  @Test
  void aMatrixStoredInputsFirstComesBackTransposed() {
    LayerProblem problem = LayerProblem.ofWeights(Shape.of(5, 7), Kernels.gaussian(35, 1, 3));
    QuantizedLayer layer = LayerQuantizer.quantize(problem, LayerSettings.ofStep(0.1));
    Shape stored = Shape.of(7, 5);
    NetworkFactors factors = NetworkFactors.of(List.of(layer.inputsFirst()), List.of(stored), "");
    float[] read = DType.F32.toFloats(reread(factors, List.of(stored)).restore(0, DType.F32));
    for (int o = 0; o < 5; o++) {
      for (int i = 0; i < 7; i++) {
        assertThat(read[i * 5 + o]).isEqualTo(layer.restored()[o * 7 + i]);
      }
    }
    assertThatThrownBy(() -> NetworkFactors.of(List.of(layer), List.of(stored), ""))
        .hasMessage("layer of 5x7 for 7x5");
  }

  private static NetworkFactors reread(NetworkFactors factors, List<Shape> shapes) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return new SecondOrderMethod().read(new ByteReader(out.toByteArray()), shapes);
  }

  @Test
  void layersBeyondASegmentAreDecodedApart() {
    List<StoredMember> members = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      Shape shape = Shape.of(1200, 500);
      members.add(zeros(shape, layer + 1));
      shapes.add(shape);
    }
    NetworkFactors read = reread(NetworkFactors.of(members, shapes, ""), shapes);
    assertThat(read.operatingPoint()).isEqualTo("layers=3");
    for (int layer = 2; layer >= 0; layer--) {
      assertThat(read.restore(layer, DType.F32)).isEqualTo(members.get(layer).restore(DType.F32));
    }
  }

  /** A layer of one point that is not zero. */
  private static QuantizedLayer zeros(Shape shape, int point) {
    int[] points = new int[(int) shape.elements()];
    points[points.length / 2] = point;
    ColumnSteps steps = new ColumnSteps(new int[] {-8}, new int[0]);
    return new QuantizedLayer(shape, Optional.empty(), Trellis.NONE, steps, points, 0);
  }

  @Test
  void sideParametersAreWithinHalfAStep() {
    for (int bits : new int[] {4, 8, 12}) {
      float[] values = Kernels.gaussian(100, 0.3, bits);
      float[] restored = SideParameters.of(values, bits).restored();
      float smallest = Float.POSITIVE_INFINITY;
      float largest = Float.NEGATIVE_INFINITY;
      for (float value : values) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
      // Steps are powers of 2^(1/8).
      double half = 0.5 * 1.0906 * (largest - smallest) / ((1 << bits) - 1);
      for (int i = 0; i < values.length; i++) {
        assertThat((double) restored[i]).isCloseTo(values[i], within(half));
      }
    }
    float[] equal = {3.7f, 3.7f};
    assertThat(SideParameters.of(equal, 8).restored()[1]).isCloseTo(3.7f, within(0.02f));
    assertThat(SideParameters.of(new float[3], 8).restored()).containsOnly(0f);
    assertThatThrownBy(() -> SideParameters.of(new float[] {Float.NaN}, 8))
        .hasMessage("a parameter is NaN");
    assertThatThrownBy(() -> SideParameters.of(new float[1], 17)).hasMessage("1 values of 17 bits");
  }

  @Test
  void exactMembersNeedTheirOwnType() {
    ExactMember exact = ExactMember.of(new byte[8], DType.I64, Shape.of());
    NetworkFactors factors = NetworkFactors.of(List.of(exact), List.of(Shape.of()), "");
    assertThatThrownBy(() -> factors.restore(0, DType.I32))
        .isInstanceOf(CorruptDataException.class);
    ConstantMember constant = ConstantMember.of(1, Shape.of(2));
    NetworkFactors rounded = NetworkFactors.of(List.of(constant), List.of(Shape.of(2)), "");
    assertThatThrownBy(() -> rounded.restore(0, DType.I32))
        .hasMessage("rounded values for a tensor of I32");
  }

  /** Headers that no encoder writes, each with what is said of it. */
  @Test
  void craftedHeadersAreRefused() {
    Shape kernels = Shape.of(4, 2, 3, 3);
    assertCrafted(kernels, "unknown kind 9 of a member", header -> header.write(0, 9));
    assertCrafted(
        kernels,
        "unknown trellis 77",
        header -> {
          header.write(NetworkHeader.MEMBER, 0);
          header.write(NetworkHeader.TRELLIS, 77);
        });
    assertCrafted(
        kernels,
        "kernel transform 3 of 0",
        header -> {
          header.write(NetworkHeader.MEMBER, 0);
          header.write(NetworkHeader.TRELLIS, 0);
          header.write(NetworkHeader.TRANSFORM, 3);
        });
    assertCrafted(
        Shape.of(4, 2, 1, 1),
        "step 2^(2000/8)",
        header -> {
          header.write(NetworkHeader.MEMBER, 0);
          header.write(NetworkHeader.TRELLIS, 0);
          header.write(NetworkHeader.FIRST_STEP, 2000);
        });
    assertCrafted(
        Shape.of(4, 2, 1, 1),
        "scales of 3 groups of 4 outputs",
        header -> {
          header.write(NetworkHeader.MEMBER, 0);
          header.write(NetworkHeader.TRELLIS, 0);
          header.write(NetworkHeader.FIRST_STEP, 0);
          header.write(NetworkHeader.SCALED_GROUPS, 3);
        });
    assertCrafted(
        Shape.of(4, 2),
        "unknown order 5 of a matrix",
        header -> {
          header.write(NetworkHeader.MEMBER, 0);
          header.write(NetworkHeader.INPUTS_FIRST, 5);
        });
    assertCrafted(
        Shape.of(1 << 23),
        "8388608 parameters of channels",
        header -> header.write(NetworkHeader.MEMBER, MemberKind.SIDE.ordinal()));
    assertCrafted(
        Shape.of(3),
        "constant 4 of 0",
        header -> {
          header.write(NetworkHeader.MEMBER, MemberKind.CONSTANT.ordinal());
          header.write(NetworkHeader.CONSTANT, 4);
        });
    assertCrafted(
        Shape.of(3),
        "a constant of NaN",
        header -> {
          header.write(NetworkHeader.MEMBER, MemberKind.CONSTANT.ordinal());
          header.write(NetworkHeader.CONSTANT, 0);
          header.writeBits(0x7FC00000);
        });
  }

  private static void assertCrafted(
      Shape shape, String message, Consumer<AdaptiveIntegers.Writer> write) {
    AdaptiveIntegers.Writer header = new AdaptiveIntegers.Writer();
    write.accept(header);
    ByteWriter out = new ByteWriter();
    out.writeVarint(0);
    out.writeBlob(header.finish());
    out.writeBlob(new byte[0]);
    assertThatThrownBy(
            () -> new SecondOrderMethod().read(new ByteReader(out.toByteArray()), List.of(shape)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }
}
