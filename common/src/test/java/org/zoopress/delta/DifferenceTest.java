package org.zoopress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.tensor.DType;

class DifferenceTest {

  /** Any bit patterns at all: infinities, NaNs, both zeros, subnormal numbers. */
  @ParameterizedTest(name = "{0}, seed 5")
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void patternsComeBackWhateverTheyAre(DType dtype) {
    SplittableRandom random = new SplittableRandom(5);
    byte[] weights = new byte[997 * dtype.bytes()];
    byte[] base = new byte[weights.length];
    random.nextBytes(weights);
    random.nextBytes(base);
    byte[] difference = Difference.ofPatterns(dtype, weights, base);
    assertThat(Difference.addPatterns(dtype, difference, base)).isEqualTo(weights);
    assertThat(Difference.ofPatterns(dtype, base, base)).containsOnly(0);
  }

  @Test
  void neighboursAreOneApartAcrossSignsAndExponents() {
    float[] base = {-0f, 0f, 1f, 2f, Float.MAX_VALUE};
    float[] next = {
      0f, Float.MIN_VALUE, Math.nextUp(1f), Math.nextDown(2f), Float.POSITIVE_INFINITY
    };
    byte[] difference =
        Difference.ofPatterns(DType.F32, DType.F32.fromFloats(next), DType.F32.fromFloats(base));
    int[] folded = new int[5];
    ByteBuffer.wrap(difference).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(folded);
    // By falling exponent of the base: largest, 2, 1, both zeros.
    assertThat(folded).containsExactly(2, 1, 2, 2, 2);
  }

  @ParameterizedTest(name = "{0}, seed 6")
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void valuesComeBackToTheTypesPrecision(DType dtype) {
    SplittableRandom random = new SplittableRandom(6);
    float[] values = new float[500];
    float[] near = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
      near[i] = (float) (values[i] + 0.01 * random.nextGaussian());
    }
    byte[] weights = dtype.fromFloats(values);
    byte[] base = dtype.fromFloats(near);
    float[] difference = Difference.ofValues(dtype, weights, base);
    float[] back = dtype.toFloats(Difference.addValues(dtype, difference, base));
    float[] wanted = dtype.toFloats(weights);
    for (int i = 0; i < back.length; i++) {
      assertThat(back[i]).isCloseTo(wanted[i], org.assertj.core.api.Assertions.within(1e-7f));
    }
  }

  @Test
  void lengthsMustMatch() {
    for (DType dtype : List.of(DType.F32, DType.F16)) {
      assertThatThrownBy(() -> Difference.ofPatterns(dtype, new byte[8], new byte[4]))
          .hasMessage("8 and 4 bytes");
    }
    assertThatThrownBy(() -> Difference.addValues(DType.F32, new float[3], new byte[8]))
        .hasMessage("3 differences to 2 values");
  }
}
