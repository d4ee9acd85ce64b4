package org.zoopress.method.lossless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class LosslessMethodTest extends FactorsContract<LosslessParams, LosslessFactors> {
  @Override
  protected Method<LosslessParams, LosslessFactors> method() {
    return new LosslessMethod();
  }

  @Override
  protected List<LosslessParams> parameters() {
    return List.of(LosslessParams.DEFAULT);
  }

  @Override
  protected double largestRelativeError() {
    return 0;
  }

  private static byte[] stored(WeightPartition weights) {
    ByteWriter out = new ByteWriter();
    new LosslessMethod().solve(weights, LosslessParams.DEFAULT, 0).get(0).write(out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void anyBitsOfAnyTypeComeBackAndNeverGrowByMoreThanOneByte(DType dtype) {
    SplittableRandom random = new SplittableRandom(1);
    for (int count : new int[] {0, 1, 2, 3, 17, 1000, 5000}) {
      byte[] data = new byte[count * dtype.bytes()];
      random.nextBytes(data); // NaN, infinities and subnormals of every float type among them
      Shape shape = Shape.of(count);
      byte[] stored = stored(new WeightPartition("t", 0, dtype, shape, data));
      assertThat(stored).hasSizeLessThanOrEqualTo(data.length + 1);
      LosslessFactors read = new LosslessMethod().read(new ByteReader(stored), List.of(shape));
      assertThat(read.restore(0, dtype)).isEqualTo(data);
    }
  }

  @Test
  void smallIntegersAndConstantsShrink() {
    byte[] counters = new byte[8 * 100];
    for (int i = 0; i < 100; i++) {
      counters[8 * i] = (byte) i;
    }
    Shape shape = Shape.of(100);
    assertThat(stored(new WeightPartition("t", 0, DType.I64, shape, counters)))
        .hasSizeLessThan(125);
    assertThat(stored(new WeightPartition("t", 0, DType.F32, shape, new byte[400])))
        .hasSizeLessThan(24);
    assertThat(stored(new WeightPartition("t", 0, DType.F32, Shape.of(), new byte[4])))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void wrongElementWidthIsRefused() {
    byte[] stored = stored(new WeightPartition("t", 0, DType.F16, Shape.of(3), new byte[6]));
    LosslessFactors read = new LosslessMethod().read(new ByteReader(stored), List.of(Shape.of(3)));
    assertThatThrownBy(() -> read.restore(0, DType.F32))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("elements of 2 bytes stored for a tensor of F32");
  }

  /** The figure of the lossless row: 32 bits over 2.6 + 24 would be 1.20. */
  @Test
  void residualNetworksShrinkByMoreThanEighteenPercent() {
    for (String network : List.of("resnet20", "resnet56")) {
      long before = 0;
      long after = 0;
      for (WeightPartition weights : TestWeights.network("cifar10_resnet/" + network)) {
        before += weights.data().length;
        after += stored(weights).length;
      }
      System.out.printf(
          "lossless %s: %d -> %d bytes, ratio %.4f%n",
          network, before, after, (double) before / after);
      assertThat((double) before / after).as(network).isGreaterThan(1.18);
    }
  }
}
