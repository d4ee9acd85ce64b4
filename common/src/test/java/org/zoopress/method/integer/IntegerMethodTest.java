package org.zoopress.method.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class IntegerMethodTest {
  @Nested
  class Int8 extends FactorsContract<IntegerParams, IntegerFactors> {
    @Override
    protected Method<IntegerParams, IntegerFactors> method() {
      return new IntegerMethod(MethodId.INT8);
    }

    @Override
    protected List<IntegerParams> parameters() {
      return List.of(IntegerParams.DEFAULT);
    }

    @Test
    void roundingErrorAndSizeAreThoseOfEightBits() {
      WeightPartition weights = partition(Shape.of(32, 64, 3, 3), DType.F32, Fill.GAUSSIAN, 1);
      double[] row = errorsAndBytes(weights, IntegerParams.DEFAULT).get(0);
      // Uniform rounding noise: scale²/12 with a scale of about 3.3 σ / 127.
      assertThat(row[0]).isBetween(3e-5, 1e-4);
      assertThat(row[1]).isEqualTo(2 + 32 * 2 + 32 * 64 * 9);
    }
  }

  @Nested
  class Int4 extends FactorsContract<IntegerParams, IntegerFactors> {
    @Override
    protected Method<IntegerParams, IntegerFactors> method() {
      return new IntegerMethod(MethodId.INT4);
    }

    @Override
    protected List<IntegerParams> parameters() {
      return List.of(IntegerParams.DEFAULT);
    }

    @Test
    void roundingErrorAndSizeAreThoseOfFourBits() {
      WeightPartition weights = partition(Shape.of(32, 64, 3, 3), DType.F32, Fill.GAUSSIAN, 1);
      double[] row = errorsAndBytes(weights, IntegerParams.DEFAULT).get(0);
      assertThat(row[0]).isBetween(0.015, 0.03);
      assertThat(row[1]).isEqualTo(2 + 32 * 2 + 32 * 64 * 9 / 2);
    }
  }

  @Test
  void levelsOfAKnownVector() {
    float[] values = {7, -3.4f, 0.4f, 0};
    WeightPartition weights =
        new WeightPartition("k", 0, DType.F32, Shape.of(4), DType.F32.fromFloats(values));
    IntegerFactors factors =
        new IntegerMethod(MethodId.INT4).solve(weights, IntegerParams.DEFAULT, 0).get(0);
    assertThat(DType.F32.toFloats(factors.restore(0, DType.F32))).containsExactly(7, -3, 0, 0);
    ByteWriter out = new ByteWriter();
    factors.write(out);
    assertThat(out.size()).isEqualTo(1 + 1 + 2 + 2);
  }

  @Test
  void otherMethodsAreRefused() {
    assertThatThrownBy(() -> new IntegerMethod(MethodId.SCALAR))
        .hasMessage("Cannot quantize to integers by method scalar. Use int8 or int4.");
  }
}
