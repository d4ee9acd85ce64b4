package org.zoopress.method.lowranksparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.linalg.Matrices;
import org.zoopress.linalg.RandomMatrices;
import org.zoopress.method.FactorType;
import org.zoopress.method.lowranksparse.OperatingPoint.QuantizedBase;
import org.zoopress.method.lowranksparse.OperatingPoint.Ratio;
import org.zoopress.method.lowranksparse.OperatingPoint.TargetError;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class LowRankSparseTest {
  private static final LowRankSparse METHOD = new LowRankSparse();

  private static LowRankSparseFactors one(
      WeightPartition weights, OperatingPoint point, FactorType type) {
    return METHOD
        .solve(
            weights,
            LowRankSparseParams.DEFAULT.withFactorTypes(type).withOperatingPoints(point),
            1)
        .get(0);
  }

  @ParameterizedTest
  @EnumSource(MatrixForm.class)
  void everyElementHasItsPlaceInTheTensor(MatrixForm form) {
    Shape shape = Shape.of(3, 5, 2, 4);
    float[] tensor = new float[120];
    for (int i = 0; i < tensor.length; i++) {
      tensor[i] = i;
    }
    MatrixForm.Grid grid = form.grid(shape);
    double[] matrix = grid.matrix(tensor, 1);
    assertThat(matrix).doesNotHaveDuplicates();
    for (int o = 0; o < 3; o++) {
      for (int i = 0; i < 5; i++) {
        for (int y = 0; y < 2; y++) {
          for (int x = 0; x < 4; x++) {
            int row = form == MatrixForm.FILTERS ? o : o * 2 + y;
            int column = form == MatrixForm.FILTERS ? (i * 2 + y) * 4 + x : i * 4 + x;
            assertThat(matrix[column * grid.rows() + row]).isEqualTo(((o * 5 + i) * 2 + y) * 4 + x);
          }
        }
      }
    }
  }

  @Test
  void aRatioCountsParametersAndThePaperCountsTwoBytesEach() {
    for (WeightPartition weights : Convolutions.resNet20().subList(0, 8)) {
      for (double ratio : new double[] {2, 4}) {
        LowRankSparseFactors factors = one(weights, new Ratio(ratio), FactorType.F16);
        long numbers = weights.shape().elements();
        assertThat(factors.parameters())
            .isLessThanOrEqualTo((long) (numbers / ratio))
            .isGreaterThan((long) (0.99 * numbers / ratio));
        assertThat(factors.paperBytes()).isEqualTo(2 * factors.parameters());
      }
    }
  }

  @Test
  void aShareIsWhatTheLowRankGets() {
    WeightPartition weights = Convolutions.resNet20().get(15); // 64×64×3×3
    LowRankSparseParams params =
        LowRankSparseParams.DEFAULT
            .withOperatingPoints(new Ratio(2))
            .withRankShares(0.0, 0.25, 1.0)
            .withFactorTypes(FactorType.F16, FactorType.INTEGER);
    List<LowRankSparseFactors> factors = METHOD.solve(weights, params, 1);
    assertThat(factors.stream().map(LowRankSparseFactors::rank))
        .containsExactly(0, 0, 12, 12, 48, 48);
    assertThat(factors.get(2).operatingPoint()).isEqualTo("ratio=2.0 rank-share=0.25 factors=f16");
  }

  @ParameterizedTest
  @EnumSource(FactorType.class)
  void targetErrorsAreKept(FactorType type) {
    double bytes = 0;
    double weightsCount = 0;
    for (WeightPartition weights :
        List.of(Convolutions.resNet20().get(3), Convolutions.resNet20().get(13))) {
      double norm = Convolutions.squaredNorm(weights);
      int before = 0;
      for (double error : new double[] {0.2, 0.05, 0.005}) {
        LowRankSparseFactors factors = one(weights, new TargetError(error), type);
        assertThat(Convolutions.squaredError(weights, factors) / norm)
            .isBetween(0.6 * error, error);
        int stored = Convolutions.storedBytes(factors);
        assertThat(stored).isGreaterThan(before);
        before = stored;
        bytes += stored;
        weightsCount += weights.shape().elements();
      }
    }
    System.out.printf(
        "low rank + sparse, errors 0.2, 0.05, 0.005 as %s: %.3f bits a weight%n",
        type, 8 * bytes / weightsCount);
  }

  /** A target no rounding can reach: everything is stored. */
  @Test
  void anUnreachableTargetGetsEverything() {
    WeightPartition weights = Convolutions.partition(RandomMatrices.gaussian(20, 20, 1));
    LowRankSparseFactors factors = one(weights, new TargetError(1e-12), FactorType.F16);
    assertThat(Convolutions.squaredError(weights, factors) / Convolutions.squaredNorm(weights))
        .isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 4})
  void integersTakeAThirdOfTheBytesOfHalves(double ratio) {
    WeightPartition weights = Convolutions.resNet20().get(13);
    LowRankSparseFactors halves = one(weights, new Ratio(ratio), FactorType.F16);
    LowRankSparseFactors integers = one(weights, new Ratio(ratio), FactorType.INTEGER);
    assertThat(3 * Convolutions.storedBytes(integers)).isLessThan(Convolutions.storedBytes(halves));
    assertThat(Convolutions.squaredError(weights, integers))
        .isLessThan(2 * Convolutions.squaredError(weights, halves));
  }

  /** Bytes of the places in a network beside log₂ of the number of ways to place them. */
  @Test
  void realPlacesTakeNoMoreThanTheirEntropy() {
    double bytes = 0;
    double bound = 0;
    for (WeightPartition weights : Convolutions.resNet20()) {
      for (LowRankSparseFactors factors :
          METHOD.solve(
              weights,
              LowRankSparseParams.DEFAULT
                  .withFactorTypes(FactorType.F16)
                  .withOperatingPoints(new Ratio(2), new Ratio(4), new QuantizedBase(2, 0.01, 0)),
              1)) {
        long length = weights.shape().elements();
        bytes += factors.placeBytes();
        for (int i = 0; i < factors.cardinality(); i++) {
          bound += Math.log((length - i) / (i + 1.0)) / Math.log(2) / 8;
        }
      }
    }
    System.out.printf(
        "low rank + sparse, ResNet-20: places %.0f bytes, entropy bound %.0f (%.4f)%n",
        bytes, bound, bytes / bound);
    assertThat(bytes).isLessThanOrEqualTo(1.02 * bound);
  }

  /** Heavy tails are what outliers are for; the repair takes what low rank the noise has. */
  @Test
  void outliersAndRepairLowerTheErrorOfAQuantizedBase() {
    WeightPartition weights = Convolutions.partition(Convolutions.heavyTailed(128, 128, 1, 3));
    double base = Convolutions.squaredError(weights, halves(weights, 1.5, 0, 0));
    double outliers = Convolutions.squaredError(weights, halves(weights, 1.5, 0.02, 0));
    double both = Convolutions.squaredError(weights, halves(weights, 1.5, 0.02, 2));
    System.out.printf(
        "low rank + sparse, heavy tails, 1.5-bit base: %.0f, with outliers %.0f, repaired %.0f%n",
        base, outliers, both);
    assertThat(outliers).isLessThan(0.75 * base);
    assertThat(both).isLessThan(outliers);
  }

  private static LowRankSparseFactors halves(
      WeightPartition weights, double bits, double outliers, int rank) {
    LowRankSparseFactors factors =
        one(weights, new QuantizedBase(bits, outliers, rank), FactorType.F16);
    int numbers = factors.rank() * (128 + 128) + factors.cardinality();
    double beside = 2 * numbers + factors.placeBytes();
    assertThat(factors.rank()).isEqualTo(rank);
    assertThat(factors.paperBytes()).isEqualTo(-1);
    assertThat((double) Convolutions.storedBytes(factors))
        .isBetween(beside, beside + 1.02 * bits * 128 * 128 / 8 + 40);
    return factors;
  }

  @Test
  void aZeroWeightIsAFewBytes() {
    WeightPartition weights = Convolutions.partition(Matrices.zeros(200, 300));
    for (LowRankSparseFactors factors : METHOD.solve(weights, LowRankSparseParams.DEFAULT, 1)) {
      assertThat(factors.restore(0, DType.F32)).containsOnly((byte) 0);
    }
    assertThat(Convolutions.storedBytes(one(weights, new TargetError(0.1), FactorType.F16)))
        .isLessThan(10);
  }

  @Test
  void whatIsNoMatrixIsRefusedInWords() {
    float[] values = new float[24];
    WeightPartition threeModes =
        new WeightPartition("00", 0, DType.F32, Shape.of(2, 3, 4), DType.F32.fromFloats(values));
    assertThat(METHOD.refusal(threeModes, LowRankSparseParams.DEFAULT))
        .hasValue("shape 2x3x4 has 3 modes; a matrix is made of (O, I) or (O, I, kh, kw)");
    values[5] = Float.POSITIVE_INFINITY;
    WeightPartition infinite =
        new WeightPartition("00", 0, DType.F32, Shape.of(4, 6), DType.F32.fromFloats(values));
    assertThat(METHOD.refusal(infinite, LowRankSparseParams.DEFAULT))
        .hasValue("weights are beyond the range of float32 or not finite");
  }

  @Test
  void damagedHeadersAreReported() {
    WeightPartition weights = Convolutions.partition(RandomMatrices.gaussian(8, 8, 1));
    ByteWriter out = new ByteWriter();
    one(weights, new Ratio(2), FactorType.F16).write(out);
    byte[] good = out.toByteArray();
    assertDamaged(good, 0, 9, "unknown form 9 of low rank + sparse");
    assertDamaged(good, 4, 0x7F, "scale of low rank + sparse is");
    assertDamaged(good, 5, 9, "rank is 9, at most 8 is possible");
    assertDamaged(good, 6, 65, "number of sparse entries is 65, at most 64 is possible");
  }

  private static void assertDamaged(byte[] good, int at, int value, String message) {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    if (at == 4) {
      bad[3] = (byte) 0x80; // infinity or NaN
    }
    assertThatThrownBy(() -> METHOD.read(new ByteReader(bad), List.of(Shape.of(8, 8))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageStartingWith(message);
  }
}
