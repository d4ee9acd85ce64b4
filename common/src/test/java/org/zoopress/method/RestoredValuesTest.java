package org.zoopress.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.zoopress.coding.IntegerLayout;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

class RestoredValuesTest {
  @Test
  void valuesBeyondTheTypeBecomeItsLargest() {
    float[] values = {Float.POSITIVE_INFINITY, -1e30f, 1};
    assertThat(DType.F16.toFloats(RestoredValues.bytes(values.clone(), DType.F16)))
        .containsExactly(65504, -65504, 1);
    assertThat(DType.F32.toFloats(RestoredValues.bytes(values.clone(), DType.F32)))
        .containsExactly(Float.MAX_VALUE, -1e30f, 1);
    float[] nearTheEnd = {Float.MAX_VALUE};
    assertThat(DType.BF16.toFloats(RestoredValues.bytes(nearTheEnd, DType.BF16)))
        .containsExactly(0x1.FEp127f);
  }

  @Test
  void kernelsAreGroupsAndChannelsAreRows() {
    assertThat(WeightLayout.of(Shape.of(16, 8, 3, 3))).isEqualTo(new IntegerLayout(72, 9));
    assertThat(WeightLayout.of(Shape.of(16, 8, 3, 3, 3))).isEqualTo(new IntegerLayout(216, 27));
    assertThat(WeightLayout.of(Shape.of(16, 8))).isEqualTo(new IntegerLayout(8, 1));
    assertThat(WeightLayout.of(Shape.of(16))).isEqualTo(new IntegerLayout(16, 1));
    assertThat(WeightLayout.of(Shape.of())).isEqualTo(new IntegerLayout(1, 1));
    assertThat(WeightLayout.of(Shape.of(2, 3, 100))).isEqualTo(new IntegerLayout(300, 1));
  }
}
