package org.zoopress.method.dictionarypair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.Unfolding;
import org.zoopress.tensor.WeightPartition;

class DictionaryPairTest {
  private static final DictionaryPair METHOD = new DictionaryPair();

  /** Shapes and word counts of one to several blocks, tall, wide and thin. */
  @ParameterizedTest
  @CsvSource({
    "0.1,  64,  64, 3, 40",
    "0.1,  256, 64, 3, 100",
    "0.1,  512, 64, 1, 48",
    "0.1,  100, 512, 0, 30",
    "0.02, 64,  64, 3, 40",
    "0.02, 256, 64, 3, 100",
    "0.02, 512, 64, 1, 48",
    "0.02, 100, 512, 0, 30",
    "0.005, 64, 64, 3, 40",
    "0.005, 256, 64, 3, 100",
    "0.005, 512, 64, 1, 48",
    "0.005, 100, 512, 0, 30"
  })
  void errorIsWithinHalfAPercentOfTheBlockSvd(
      double deviation, int outputs, int inputs, int kernel, int words) {
    Shape shape =
        kernel == 0 ? Shape.of(outputs, inputs) : Shape.of(outputs, inputs, kernel, kernel);
    WeightPartition weights = Weights.gaussian(shape, deviation, 17);
    assertNearBlockSvd(weights, words, 1.005);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32})
  void errorIsWithinHalfAPercentOfTheBlockSvdOnResNet20(int words) throws IOException {
    for (WeightPartition weights : Weights.resNet20()) {
      if (words < weights.shape().rows()) {
        assertNearBlockSvd(weights, words, 1.005);
      }
    }
  }

  private static void assertNearBlockSvd(WeightPartition weights, int words, double factor) {
    double optimum = blockSvdError(weights, words);
    DictionaryPairFactors factors = solve(weights, words(words), FactorType.F16);
    assertThat(factors.words()).containsOnly(words);
    double rounding = 1e-6 * Weights.squaredNorm(weights);
    assertThat(Weights.squaredError(weights, factors, 0))
        .isGreaterThanOrEqualTo(optimum * (1 - 1e-6))
        .isLessThanOrEqualTo(factor * optimum + rounding);
  }

  /** Σ over the row blocks of Σ_{i>k} σ_i². */
  private static double blockSvdError(WeightPartition weights, int words) {
    Unfolding unfolding = Unfolding.of(weights.shape());
    int largest = DictionaryPairParams.PAPER_BLOCK_ROWS.of(LayerKind.of(weights.shape()));
    RowBlocks cut = RowBlocks.within(unfolding.rows(), largest);
    double error = 0;
    for (int b = 0; b < cut.count(); b++) {
      DenseMatrix block = unfolding.rowBlock(weights.values(), cut.start(b), cut.start(b + 1));
      double[] sigma = LinearAlgebra.get().svd(block).singularValues();
      for (int i = words; i < sigma.length; i++) {
        error += sigma[i] * sigma[i];
      }
    }
    return error;
  }

  /** 2⁻¹¹ is half a unit of binary16; its square, evenly spread, over 3 is 8e-8. */
  @ParameterizedTest
  @CsvSource({"64, 64, 3", "512, 64, 1", "1000, 512, 0", "10, 512, 0"})
  void aFullRankBlockIsExactToSixteenBits(int outputs, int inputs, int kernel) {
    Shape shape =
        kernel == 0 ? Shape.of(outputs, inputs) : Shape.of(outputs, inputs, kernel, kernel);
    for (double deviation : new double[] {0.1, 0.02, 0.005}) {
      WeightPartition weights = Weights.gaussian(shape, deviation, 3);
      double error = Weights.relativeError(weights, solve(weights, words(512), FactorType.F16));
      assertThat(error).isLessThan(1.0 / (1 << 22) / 3);
    }
  }

  @Test
  void plantedWordsAreFoundExactly() {
    WeightPartition weights = planted(Shape.of(48, 32, 3, 3), 5);
    DictionaryPairFactors factors = solve(weights, words(5), FactorType.F32);
    assertThat(Weights.relativeError(weights, factors)).isLessThan(1e-12);
    DictionaryPairFactors more = solve(weights, words(100), FactorType.F32);
    assertThat(more.words()).as("no more words than the rank").containsExactly(5);
  }

  /** Product of Gaussian factors, one row block. */
  private static WeightPartition planted(Shape shape, int rank) {
    int columns = (int) shape.rows();
    int rows = (int) shape.rowElements();
    float[] left = Weights.gaussian(Shape.of(rank, rows), 1, 1).values();
    float[] right = Weights.gaussian(Shape.of(columns, rank), 0.1, 2).values();
    float[] product = new float[rows * columns];
    for (int o = 0; o < columns; o++) {
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int i = 0; i < rank; i++) {
          sum += (double) left[i * rows + r] * right[o * rank + i];
        }
        product[o * rows + r] = (float) sum;
      }
    }
    return Weights.of(shape, product);
  }

  @ParameterizedTest
  @EnumSource(FactorType.class)
  void targetErrorsAreKeptAndNotWasted(FactorType type) throws IOException {
    for (WeightPartition weights : Weights.resNet20()) {
      for (double target : new double[] {0.3, 0.1, 0.02, 0.003}) {
        DictionaryPairFactors factors =
            solve(weights, new OperatingPoint.TargetError(target), type);
        double error = Weights.relativeError(weights, factors);
        assertThat(error).isLessThanOrEqualTo(target);
        if (type == FactorType.INTEGER) {
          assertThat(error).as("%s", weights.shape()).isGreaterThan(0.9 * target);
        }
      }
    }
  }

  @Test
  void quantizedFactorsNeedFewerBytesThanSixteenBitOnesAtEqualError() throws IOException {
    long quantized = 0;
    long halves = 0;
    for (WeightPartition weights : Weights.resNet20()) {
      OperatingPoint target = new OperatingPoint.TargetError(0.05);
      quantized += Weights.storedBytes(solve(weights, target, FactorType.INTEGER));
      halves += Weights.storedBytes(solve(weights, target, FactorType.F16));
    }
    assertThat(quantized).isLessThan(halves / 2);
  }

  @Test
  void betterBlocksGetMoreWords() {
    Shape shape = Shape.of(64, 64, 3, 3);
    float[] values = Weights.gaussian(shape, 0.1, 4).values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= i % 576 < 288 ? 1 : 0.2f;
    }
    DictionaryPairFactors factors =
        solve(Weights.of(shape, values), new OperatingPoint.TargetError(0.2), FactorType.F16);
    assertThat(factors.words().get(0)).isGreaterThan(3 * factors.words().get(1));
  }

  @Test
  void oneDictionaryServesSeveralLayersAndEachIsRestored() {
    List<WeightPartition> members =
        List.of(
            Weights.gaussian(Shape.of(32, 32, 3, 3), 0.1, 1),
            Weights.gaussian(Shape.of(64, 32, 3, 3), 0.003, 2),
            Weights.of(Shape.of(8, 32, 3, 3), new float[8 * 288]));
    DictionaryPairParams params = params(words(100), FactorType.F16).withSharedLayers(3);
    DictionaryPairFactors shared = METHOD.solveShared(members, params, 1).get(0);
    assertThat(shared.members()).isEqualTo(3);
    ByteWriter out = new ByteWriter();
    shared.write(out);
    List<Shape> shapes = members.stream().map(WeightPartition::shape).toList();
    DictionaryPairFactors read = METHOD.read(new ByteReader(out.toByteArray()), shapes);
    for (int j = 0; j < members.size(); j++) {
      assertThat(read.restore(j, DType.F32)).isEqualTo(shared.restore(j, DType.F32));
      assertThat(Weights.squaredError(members.get(j), read, j))
          .isLessThanOrEqualTo(1e-6 * Weights.squaredNorm(members.get(j)));
    }
  }

  @Test
  void sharingPaysWhereLayersHaveWordsInCommon() {
    float[] both = planted(Shape.of(128, 32, 3, 3), 12).values();
    Shape half = Shape.of(64, 32, 3, 3);
    WeightPartition first = Weights.of(half, Arrays.copyOf(both, both.length / 2));
    WeightPartition second =
        Weights.of(half, Arrays.copyOfRange(both, both.length / 2, both.length));
    DictionaryPairParams params = params(words(12), FactorType.F16);
    DictionaryPairFactors shared = METHOD.solveShared(List.of(first, second), params, 1).get(0);
    int apart =
        Weights.storedBytes(METHOD.solve(first, params, 1).get(0))
            + Weights.storedBytes(METHOD.solve(second, params, 1).get(0));
    assertThat(Weights.storedBytes(shared)).isLessThan(apart * 3 / 4);
    assertThat(Weights.squaredError(second, shared, 1))
        .isLessThan(1e-6 * Weights.squaredNorm(second));
  }

  @Test
  void runsOfEqualHeightShareUpToTheLimit() {
    Shape a = Shape.of(16, 16, 3, 3);
    Shape b = Shape.of(32, 16, 3, 3);
    Shape c = Shape.of(32, 32, 3, 3);
    DictionaryPairParams params = DictionaryPairParams.DEFAULT.withSharedLayers(2);
    assertThat(DictionaryPair.sharingGroups(List.of(a, b, a, c, a), params))
        .containsExactly(List.of(0, 1), List.of(2), List.of(3), List.of(4));
    assertThat(DictionaryPair.sharingGroups(List.of(a, b), DictionaryPairParams.DEFAULT))
        .containsExactly(List.of(0), List.of(1));
  }

  @Test
  void layersOfUnequalHeightCannotShare() {
    List<WeightPartition> members =
        List.of(Weights.gaussian(Shape.of(4, 6), 1, 1), Weights.gaussian(Shape.of(4, 7), 1, 1));
    assertThatThrownBy(() -> METHOD.solveShared(members, DictionaryPairParams.DEFAULT, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4x7 cannot share a dictionary with 4x6: their I·s are 7 and 6");
  }

  @Test
  void damageInTheHeaderIsNamed() {
    assertDamage(out -> out.writeVarint(9), "number of blocks is 9, at most 6 is possible");
    assertDamage(out -> out.writeVarint(0), "no blocks");
    assertDamage(
        out -> {
          out.writeVarint(1);
          out.writeVarint(5);
        },
        "number of words of a block is 5, at most 4 is possible");
    assertDamage(
        out -> {
          out.writeVarint(1);
          out.writeVarint(2);
          out.writeFloat(Float.NaN);
        },
        "scale of a block is NaN");
  }

  private static void assertDamage(Consumer<ByteWriter> rest, String message) {
    ByteWriter out = new ByteWriter();
    out.writeVarint(0);
    rest.accept(out);
    assertThatThrownBy(
            () -> METHOD.read(new ByteReader(out.toByteArray()), List.of(Shape.of(4, 6))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }

  @Test
  void halfPrecisionWeightsDoNotOverflow() {
    Shape shape = Shape.of(40, 20);
    float[] values = Weights.gaussian(shape, 1, 5).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.copySign(65504f, values[i]);
    }
    WeightPartition weights =
        new WeightPartition("00", 0, DType.F16, shape, DType.F16.fromFloats(values));
    byte[] restored = solve(weights, words(2), FactorType.F16).restore(0, DType.F16);
    for (float v : DType.F16.toFloats(restored)) {
      assertThat(v).isFinite();
    }
  }

  @Test
  void refusalsSayWhy() {
    WeightPartition vector = Weights.gaussian(Shape.of(9), 1, 1);
    assertThat(METHOD.refusal(vector, DictionaryPairParams.DEFAULT))
        .contains("shape 9 has 1 modes; a matrix is made of (O, I) or (O, I, kh, kw)");
    WeightPartition bytes = new WeightPartition("00", 0, DType.I8, Shape.of(2, 2), new byte[4]);
    assertThat(METHOD.refusal(bytes, DictionaryPairParams.DEFAULT))
        .contains("I8 values are no floating-point weights");
  }

  @Test
  void operatingPointsAreNamedInTheOrderOfTheParameters() {
    DictionaryPairParams params =
        DictionaryPairParams.DEFAULT
            .withFactorTypes(FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.TargetError(0.25), words(3));
    assertThat(METHOD.solve(Weights.gaussian(Shape.of(12, 20), 1, 1), params, 1))
        .extracting(DictionaryPairFactors::operatingPoint)
        .containsExactly(
            "error=0.25 factors=f16",
            "error=0.25 factors=integer",
            "words=3 factors=f16",
            "words=3 factors=integer");
  }

  @Test
  void theSeedDecidesTheBytes() {
    WeightPartition weights = Weights.gaussian(Shape.of(64, 32, 3, 3), 0.1, 1);
    DictionaryPairParams params = params(words(20), FactorType.F16);
    assertThat(METHOD.solve(weights, params, 1).get(0).restore(0, DType.F32))
        .isEqualTo(METHOD.solve(weights, params, 1).get(0).restore(0, DType.F32));
    assertThat(Weights.relativeError(weights, METHOD.solve(weights, params, 2).get(0)))
        .isCloseTo(
            Weights.relativeError(weights, METHOD.solve(weights, params, 1).get(0)), within(2e-3));
  }

  private static OperatingPoint words(int words) {
    return new OperatingPoint.Words(new PerLayerKind(words, words, words));
  }

  private static DictionaryPairParams params(OperatingPoint point, FactorType type) {
    return DictionaryPairParams.DEFAULT.withOperatingPoints(point).withFactorTypes(type);
  }

  private static DictionaryPairFactors solve(
      WeightPartition weights, OperatingPoint point, FactorType type) {
    return METHOD.solve(weights, params(point, type), 7).get(0);
  }
}
