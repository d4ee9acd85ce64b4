package org.zoopress.method.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.Trellis;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class ScalarMethodTest extends FactorsContract<ScalarParams, ScalarFactors> {
  @Override
  protected Method<ScalarParams, ScalarFactors> method() {
    return new ScalarMethod();
  }

  @Override
  protected List<ScalarParams> parameters() {
    ScalarParams points = ScalarParams.of(OperatingPoint.bits(3), OperatingPoint.relativeStep(0.2));
    return List.of(
        points,
        points.withScope(StepScope.PER_CHANNEL).withTrellis(Trellis.NONE),
        ScalarParams.of(OperatingPoint.step(0.01)).withTrellis(Trellis.STATES_4));
  }

  private static String refusal(WeightPartition weights, OperatingPoint point) {
    return new ScalarMethod().refusal(weights, ScalarParams.of(point)).orElse("");
  }

  @Test
  void whatCannotBeQuantizedIsRefusedWithAReason() {
    OperatingPoint bits = OperatingPoint.bits(3);
    byte[] four = new byte[4];
    assertThat(refusal(new WeightPartition("t", 0, DType.I32, Shape.of(1), four), bits))
        .isEqualTo("I32 holds no floating-point weights");
    assertThat(refusal(new WeightPartition("t", 0, DType.F32, Shape.of(0), new byte[0]), bits))
        .isEqualTo("there are no weights");
    byte[] wide = DType.F64.fromFloats(new float[] {Float.POSITIVE_INFINITY});
    assertThat(refusal(new WeightPartition("t", 0, DType.F64, Shape.of(1), wide), bits))
        .isEqualTo("weights are beyond the range of float32 or not finite");
    byte[] large = DType.F32.fromFloats(new float[] {1e6f});
    WeightPartition weights = new WeightPartition("t", 0, DType.F32, Shape.of(1), large);
    assertThat(refusal(weights, OperatingPoint.step(0.001)))
        .isEqualTo("step=0.001 is out of proportion to the largest weight 1000000.0");
    assertThat(refusal(weights, OperatingPoint.step(1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2, 3.5, 6, 9})
  void askedForBitsAreMet(double bits) {
    // Larger than the sample of the search, with rows of unequal spread.
    WeightPartition weights = partition(Shape.of(40, 100, 6, 6), DType.F32, Fill.GAUSSIAN, 4);
    double[] row = errorsAndBytes(weights, ScalarParams.of(OperatingPoint.bits(bits))).get(0);
    assertThat(8 * row[1] / weights.shape().elements()).isBetween(0.985 * bits, 1.015 * bits);
  }

  /** Channels of spread 1 and 100: one step leaves nothing of the narrow ones, own steps do. */
  @Test
  void stepsOfChannelsFollowTheirSpread() {
    float[] values = partition(Shape.of(32, 500), DType.F32, Fill.GAUSSIAN, 5).values();
    for (int i = 0; i < values.length / 2; i++) {
      values[i] *= 100;
    }
    WeightPartition weights =
        new WeightPartition("t", 0, DType.F32, Shape.of(32, 500), DType.F32.fromFloats(values));
    for (StepScope scope : StepScope.values()) {
      ScalarParams params = ScalarParams.of(OperatingPoint.relativeStep(0.3)).withScope(scope);
      ScalarFactors factors = new ScalarMethod().solve(weights, params, 0).get(0);
      float[] restored = DType.F32.toFloats(factors.restore(0, DType.F32));
      double error = 0;
      double norm = 0;
      for (int i = values.length / 2; i < values.length; i++) {
        error += Math.pow(values[i] - restored[i], 2);
        norm += Math.pow(values[i], 2);
      }
      if (scope == StepScope.PER_CHANNEL) {
        assertThat(error / norm).isLessThan(0.1);
      } else {
        assertThat(error / norm).isGreaterThan(0.9);
      }
    }
  }
}
