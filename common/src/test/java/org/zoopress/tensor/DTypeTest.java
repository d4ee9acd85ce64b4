package org.zoopress.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
  @ParameterizedTest
  @EnumSource(DType.class)
  void codesAreStable(DType dtype) {
    assertThat(DType.ofCode(dtype.code())).isEqualTo(dtype);
    assertThat(dtype.code()).isEqualTo(dtype.ordinal());
  }

  @Test
  void unknownCodesAreRefused() {
    assertThatThrownBy(() -> DType.ofCode(16)).hasMessage("unknown dtype code 16");
    assertThatThrownBy(() -> DType.ofCode(-1)).hasMessage("unknown dtype code -1");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "F32", "F16", "BF16"})
  void simpleValuesPassThroughEveryFloatType(DType dtype) {
    float[] values = {0, -0f, 1, -2.5f, 0.0078125f, Float.POSITIVE_INFINITY};
    byte[] raw = dtype.fromFloats(values);
    assertThat(raw).hasSize(values.length * dtype.bytes());
    assertThat(dtype.toFloats(raw)).isEqualTo(values);
  }

  @Test
  void elementsAreLittleEndian() {
    assertThat(DType.F32.fromFloats(new float[] {1})).containsExactly(0, 0, 0x80, 0x3F);
    assertThat(DType.F16.fromFloats(new float[] {1})).containsExactly(0, 0x3C);
    assertThat(DType.BF16.fromFloats(new float[] {1})).containsExactly(0x80, 0x3F);
    assertThat(DType.F64.fromFloats(new float[] {1})).containsExactly(0, 0, 0, 0, 0, 0, 0xF0, 0x3F);
  }

  @Test
  void integersAreNotRead() {
    assertThatThrownBy(() -> DType.I8.toFloats(new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("I8 holds no floating-point weights");
    assertThatThrownBy(() -> DType.BOOL.fromFloats(new float[1]))
        .hasMessage("BOOL holds no floating-point weights");
  }
}
