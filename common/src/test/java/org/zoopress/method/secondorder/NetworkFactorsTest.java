package org.zoopress.method.secondorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
}
