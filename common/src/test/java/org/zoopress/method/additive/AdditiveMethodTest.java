package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteWriter;
import org.zoopress.error.UserInputException;
import org.zoopress.method.FactorType;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class AdditiveMethodTest {
  private static final AdditiveParams SHORT =
      AdditiveParams.DEFAULT.withTraining(TrainingParams.DEFAULT.withIterations(5));

  private final AdditiveMethod method = new AdditiveMethod();

  private static WeightPartition gaussian(long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = TestVectors.gaussian(Math.toIntExact(shape.elements()), 1, 1);
    return new WeightPartition("t", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private static int bytes(AdditiveFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }

  private static double relativeError(WeightPartition weights, AdditiveFactors factors) {
    float[] w = weights.values();
    float[] r = weights.dtype().toFloats(factors.restore(0, weights.dtype()));
    double error = 0;
    for (int i = 0; i < w.length; i++) {
      error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
    }
    return error / TestVectors.squaredNorm(w);
  }

  @Test
  void smallWeightsGetFewerCodewordsAndTinyOnesAreRefused() {
    assertThat(method.solve(gaussian(64, 48), SHORT.withCodebooks(2), 1).get(0).operatingPoint())
        .isEqualTo("codebooks=2 codewords=32 dimension=8");
    assertThat(
            method
                .solve(gaussian(128, 128, 3, 3), SHORT.withCodebooks(1), 1)
                .get(0)
                .operatingPoint())
        .isEqualTo("codebooks=1 codewords=256 dimension=8");
    assertThat(method.refusal(gaussian(16, 30), SHORT))
        .contains(
            "codebooks for only 64 vectors of 8 weights would take more bytes than the codes");
    assertThat(method.refusal(gaussian(0, 3), SHORT)).contains("there are no weights");
  }

  @Test
  void vectorsOfAFilterAreOfAboutTheLengthAskedForWithLittleToFillUp() {
    assertThat(SubVectors.balanced(Shape.of(64, 64, 3, 3), 8).dimension()).isEqualTo(8);
    assertThat(SubVectors.balanced(Shape.of(64, 1, 3, 3), 8).dimension()).isEqualTo(9);
    assertThat(SubVectors.balanced(Shape.of(64, 3, 3, 3), 8).dimension()).isEqualTo(9);
    assertThat(SubVectors.balanced(Shape.of(10, 30), 8)).isEqualTo(new SubVectors(10, 30, 8));
    assertThat(SubVectors.balanced(Shape.of(10, 3), 8).dimension()).isEqualTo(3);
    assertThat(SubVectors.balanced(Shape.of(100), 8)).isEqualTo(new SubVectors(1, 100, 8));
    assertThat(SubVectors.balanced(Shape.of(100), 8).count()).isEqualTo(13);
    for (int length = 1; length < 200; length++) {
      SubVectors cut = SubVectors.balanced(Shape.of(3, length), 8);
      assertThat(cut.dimension()).isLessThanOrEqualTo(12);
      float[] weights = TestVectors.gaussian(3 * length, 1, length);
      assertThat(cut.join(cut.cut(weights))).isEqualTo(weights);
    }
  }

  /** Codes at even odds cannot be coded: bits are M log₂ K / d, codebooks and some bytes. */
  @Test
  void storedBytesAreCodesCodebooksAndScales() {
    WeightPartition weights = gaussian(64, 576);
    AdditiveParams params = SHORT.withCodebooks(2).withCodewords(64).withFactorType(FactorType.F16);
    AdditiveFactors factors = method.solve(weights, params, 1).get(0);
    int codes = 64 * 72 * 2 * 6 / 8;
    int codebooks = 2 * 64 * 8 * 2;
    int scales = 64 * 2;
    assertThat(factors.paperBytes()).isEqualTo(codes + codebooks + scales);
    assertThat(bytes(factors))
        .isBetween(codes * 95 / 100 + codebooks, codes + codebooks + scales / 2);
    assertThat(relativeError(weights, factors)).isLessThan(0.2);
  }

  @Test
  void entropyCodedCodebooksTakeLessForAboutTheSameError() {
    WeightPartition weights = gaussian(64, 576);
    AdditiveParams params = SHORT.withCodebooks(2).withCodewords(128);
    AdditiveFactors integer = method.solve(weights, params, 1).get(0);
    AdditiveFactors half = method.solve(weights, params.withFactorType(FactorType.F16), 1).get(0);
    assertThat(bytes(integer)).isLessThan(bytes(half) - 1500);
    assertThat(relativeError(weights, integer)).isLessThan(1.1 * relativeError(weights, half));
  }

  @Test
  void moreCodebooksLeaveLessError() {
    WeightPartition weights = gaussian(64, 288);
    List<AdditiveFactors> solved = method.solve(weights, SHORT.withCodebooks(1, 2, 3, 4), 1);
    double before = 1;
    for (AdditiveFactors factors : solved) {
      double error = relativeError(weights, factors);
      assertThat(error).isLessThan(0.6 * before);
      before = error;
    }
  }

  /** Channels of different size: one scale for all spends the codes on the large ones only. */
  @Test
  void channelScalesServeAWideRangeOfChannels() {
    Shape shape = Shape.of(64, 288);
    float[] values = TestVectors.gaussian(64 * 288, 1, 2);
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) (1 << (i / (288 * 16)));
    }
    WeightPartition weights =
        new WeightPartition("t", 0, DType.F32, shape, DType.F32.fromFloats(values));
    AdditiveParams params = SHORT.withCodebooks(3);
    AdditiveFactors channel = method.solve(weights, params, 1).get(0);
    AdditiveFactors tensor =
        method.solve(weights, params.withScale(ScaleScope.PER_TENSOR), 1).get(0);
    double smallest = channelError(weights, channel, 0, 16);
    assertThat(smallest).isLessThan(0.5 * channelError(weights, tensor, 0, 16));
  }

  private static double channelError(
      WeightPartition weights, AdditiveFactors factors, int from, int to) {
    int row = Math.toIntExact(weights.shape().rowElements());
    float[] w = weights.values();
    float[] r = DType.F32.toFloats(factors.restore(0, DType.F32));
    double error = 0;
    for (int i = from * row; i < to * row; i++) {
      error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
    }
    return error;
  }

  /** A layer alone pays for codebooks of its own; everything counted. */
  @Test
  void aRealLayerAtAboutTwoAndAHalfBits() {
    WeightPartition layer =
        TestWeights.network("cifar10_resnet/resnet20").stream()
            .filter(t -> t.tensor().equals("layer3.1.conv1.weight"))
            .findFirst()
            .orElseThrow();
    AdditiveFactors factors =
        method.solve(layer, AdditiveParams.DEFAULT.withCodebooks(2), 1).get(0);
    double bits = 8.0 * bytes(factors) / layer.shape().elements();
    assertThat(bits).isLessThan(2.7);
    assertThat(relativeError(layer, factors)).isLessThan(0.09);
  }

  @Test
  void skewedCodesAreCodedAndEvenOnesPacked() {
    CodeShape shape = new CodeShape(2, 64, 8);
    byte[] even = TestVectors.codes(shape, 3000, 3);
    assertThat(CodeStream.encode(even, shape)).hasSize(1 + 6000 * 6 / 8);
    byte[] skewed = even.clone();
    for (int i = 0; i < skewed.length; i++) {
      skewed[i] = (byte) (skewed[i] % 4 == 0 ? skewed[i] : 0);
    }
    byte[] stored = CodeStream.encode(skewed, shape);
    assertThat(stored.length).isLessThan(6000 * 3 / 8);
    assertThat(CodeStream.decode(stored, 3000, CodeRates.uniform(shape))).isEqualTo(skewed);
    assertThat(CodeStream.decode(CodeStream.encode(even, shape), 3000, CodeRates.uniform(shape)))
        .isEqualTo(even);
  }

  @Test
  void badParametersAreRefusedWithTheirNames() {
    assertThatThrownBy(() -> SHORT.withCodebooks(2, 9))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use additive.codebooks=9: it must be from 1 to 8. Choose for instance 2.");
    assertThatThrownBy(() -> SHORT.withCodebooks(2, 2))
        .hasMessage(
            "Cannot use additive.codebooks=[2, 2]: there must be at least one number, and none"
                + " twice. Choose for instance 2,3.");
    assertThatThrownBy(() -> SHORT.withCodewords(100))
        .hasMessage(
            "Cannot use additive.codewords=100: it must be a power of two from 2 to 256. Choose for"
                + " instance 256.");
    assertThatThrownBy(() -> SHORT.withCodewords(8)).hasMessageContaining("at least 16");
    assertThatThrownBy(() -> SHORT.withDimension(0))
        .hasMessage(
            "Cannot use additive.dimension=0: it must be from 1 to 64. Choose for instance 8.");
    assertThatThrownBy(() -> SHORT.withDimension(33)).hasMessageContaining("at most 32");
    assertThatThrownBy(() -> TrainingParams.DEFAULT.withIterations(0))
        .hasMessage(
            "Cannot use additive.iterations=0: it must be at least 1. Choose for instance 25.");
    assertThatThrownBy(() -> TrainingParams.DEFAULT.withRelaxation(Double.NaN))
        .hasMessageContaining("it must be in [0, 4]");
  }
}
