package org.zoopress.method.tucker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.linalg.JacobiSvd;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.method.tensortrain.CoreChain;
import org.zoopress.method.tensortrain.RestoredError;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class TuckerTest {
  private static final TuckerMethod METHOD = new TuckerMethod();

  /** HOOI with all eigenvectors, up to 48 channels, and with orthogonal iteration, beyond. */
  @ParameterizedTest
  @CsvSource({"12, 9, 10, 5, 4", "16, 9, 16, 3, 9", "56, 4, 52, 12, 9", "7, 3, 5, 7, 5"})
  void errorIsThatOfTextbookHooi(int outputs, int kernel, int inputs, int first, int second) {
    double[] tensor = decaying(outputs, kernel, inputs, 7);
    CoreChain chain =
        new Tucker2(LinearAlgebra.get(), outputs, kernel, inputs, tensor)
            .chain(new int[] {first, second});
    ReferenceHooi reference = new ReferenceHooi(outputs, kernel, inputs, tensor);
    double expected = reference.error(first, second, 10);
    double hosvd = reference.error(first, second, 0);
    double slack = 1e-10 * reference.energy();
    assertThat(chain.squaredError()).isLessThanOrEqualTo(1.002 * expected + slack);
    assertThat(chain.squaredError()).isLessThanOrEqualTo(hosvd + slack);
    assertThat(chain.squaredError())
        .isGreaterThanOrEqualTo(reference.lowerBound(first, second) - slack);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void cutsOfTheCoreCostWhatTheirEnergySays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int outputs = random.nextInt(2, 9);
    int kernel = random.nextInt(1, 5);
    int inputs = random.nextInt(2, 9);
    double[] core = decaying(outputs, kernel, inputs, seed);
    CoreEnergies energies = new CoreEnergies(outputs, kernel, inputs, core);
    for (int a = 1; a <= outputs; a++) {
      for (int b = 1; b <= inputs; b++) {
        double cut = 0;
        for (int i = 0; i < core.length; i++) {
          if (i / (kernel * inputs) >= a || i % inputs >= b) {
            cut += core[i] * core[i];
          }
        }
        assertThat(energies.error(a, b)).isBetween(cut - 1e-9, cut + 1e-9);
      }
    }
    double bound = energies.error((outputs + 1) / 2, (inputs + 1) / 2);
    int[] chosen = energies.within(bound);
    assertThat(energies.error(chosen[0], chosen[1])).isLessThanOrEqualTo(bound);
    for (int a = 1; a <= outputs; a++) {
      for (int b = 1; b <= inputs; b++) {
        if (energies.error(a, b) <= bound) {
          assertThat(energies.numbers(chosen[0], chosen[1]))
              .isLessThanOrEqualTo(energies.numbers(a, b));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.02", "0.1", "0.3", "0.6"})
  void targetErrorsAreKeptAndUsedUp(double target) {
    TuckerParams params =
        TuckerParams.DEFAULT
            .withFactorTypes(FactorType.F32, FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.TargetError(target));
    for (Shape shape : List.of(Shape.of(24, 20, 3, 3), Shape.of(40, 30))) {
      WeightPartition weights = weights(shape, 3);
      for (TuckerFactors factors : METHOD.solve(weights, params, 0)) {
        assertThat(relativeError(weights, factors))
            .as("%s %s", shape, factors.operatingPoint())
            .isBetween(0.65 * target, target);
      }
    }
  }

  /** Eckart–Young: a matrix loses exactly the tail of its singular values. */
  @Test
  void matricesReachTheOptimum() {
    WeightPartition weights = weights(Shape.of(40, 30), 5);
    TuckerFactors factors =
        METHOD
            .solve(
                weights,
                TuckerParams.DEFAULT
                    .withFactorTypes(FactorType.F32)
                    .withOperatingPoints(new OperatingPoint.Ratio(2)),
                0)
            .get(0);
    assertThat(factors.arrangement()).isEqualTo(Arrangement.MATRIX);
    assertThat(factors.cores().ranks()).containsExactly(40 * 30 / 2 / 70);
    JacobiSvd svd = JacobiSvd.of(doubles(weights.values()), 40);
    assertThat(relativeError(weights, factors))
        .isBetween(0.999999 * svd.tail(8) / svd.tail(0), 1.000001 * svd.tail(8) / svd.tail(0));
  }

  /** Each arrangement wins on weights that are made as it multiplies them. */
  @ParameterizedTest
  @CsvSource({"TUCKER_2, 4", "COLUMNS_FIRST, 5", "ROWS_FIRST, 5", "MATRIX, 3"})
  void theArrangementThatFitsIsFound(Arrangement arrangement, int rank) {
    Shape shape = Shape.of(20, 24, 3, 3);
    int[] modes = arrangement.modes(shape);
    double[] planted = modes.length == 3 ? tripleProduct(modes, rank) : doubleProduct(modes, rank);
    float[] values = new float[planted.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) planted[i];
    }
    WeightPartition weights = partition(shape, arrangement.order(shape).restore(values));
    TuckerParams params =
        TuckerParams.DEFAULT.withOperatingPoints(new OperatingPoint.TargetError(1e-5));
    TuckerFactors factors = METHOD.solve(weights, params, 0).get(0);
    assertThat(factors.arrangement()).isEqualTo(arrangement);
    assertThat(factors.cores().ranks()).containsOnly(rank);
    assertThat(relativeError(weights, factors)).isLessThan(1e-6);
  }

  /** Tucker-2 of rank (5, 5) in noise as strong as a tenth of it. */
  @Test
  void evidenceFindsThePlantedRanks() {
    int[] modes = {48, 9, 40};
    double[] planted = tripleProduct(modes, 5);
    double[] noise = gaussian(planted.length, 12);
    double factor = Math.sqrt(0.1 * squaredNorm(planted) / squaredNorm(noise));
    float[] values = new float[planted.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (planted[i] + factor * noise[i]);
    }
    Shape shape = Shape.of(48, 40, 3, 3);
    WeightPartition weights = partition(shape, Arrangement.TUCKER_2.order(shape).restore(values));
    TuckerParams params = TuckerParams.DEFAULT.withOperatingPoints(new OperatingPoint.Evidence());
    TuckerFactors factors = METHOD.solve(weights, params, 0).get(0);
    assertThat(factors.operatingPoint()).isEqualTo("evbmf factors=f16");
    assertThat(factors.cores().ranks()).containsExactly(5, 5);
    WeightPartition pureNoise = partition(shape, floats(noise));
    assertThat(METHOD.solve(pureNoise, params, 0).get(0).cores().ranks()).containsExactly(1, 1);
  }

  @Test
  void coresMultiplyToTheWeight() {
    Shape shape = Shape.of(10, 8, 3, 3);
    WeightPartition weights = weights(shape, 4);
    TuckerFactors factors =
        METHOD
            .solve(
                weights,
                TuckerParams.DEFAULT
                    .withFormat(ConvolutionFormat.TUCKER_2)
                    .withOperatingPoints(new OperatingPoint.Ratio(2)),
                0)
            .get(0);
    int[] ranks = factors.cores().ranks();
    float[] u = factors.cores().core(1);
    float[] core = factors.cores().core(2);
    float[] v = factors.cores().core(3);
    float[] restored = DType.F32.toFloats(factors.restore(0, DType.F32));
    for (int index = 0; index < restored.length; index++) {
      int o = index / 72;
      int i = index % 72 / 9;
      int p = index % 9;
      double sum = 0;
      for (int a = 0; a < ranks[0]; a++) {
        for (int b = 0; b < ranks[1]; b++) {
          sum += (double) u[o * ranks[0] + a] * core[(a * 9 + p) * ranks[1] + b] * v[b * 8 + i];
        }
      }
      assertThat((double) restored[index]).isBetween(sum - 1e-6, sum + 1e-6);
    }
  }

  @Test
  void operatingPointsAreNamedInTheOrderOfTheParameters() {
    TuckerParams params =
        TuckerParams.DEFAULT
            .withFactorTypes(FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(
                new OperatingPoint.Ratio(2),
                new OperatingPoint.TargetError(0.25),
                new OperatingPoint.Evidence());
    assertThat(METHOD.solve(weights(Shape.of(12, 20), 1), params, 1))
        .extracting(TuckerFactors::operatingPoint)
        .containsExactly(
            "ratio=2.0 factors=f16",
            "ratio=2.0 factors=integer",
            "error=0.25 factors=f16",
            "error=0.25 factors=integer",
            "evbmf factors=f16",
            "evbmf factors=integer");
  }

  @Test
  void badSettingsAndDamageAreNamed() {
    assertThatThrownBy(() -> new OperatingPoint.Ratio(0.5))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use tucker.ratios=0.5: factors with as many numbers as the weight save nothing."
                + " Choose more than 1, for instance 2.");
    assertThatThrownBy(() -> new OperatingPoint.TargetError(1))
        .hasMessage(
            "Cannot use tucker.errors=1.0: an error relative to the weight lies between 0 and 1."
                + " Choose for instance 0.05.");
    assertThatThrownBy(TuckerParams.DEFAULT::withFactorTypes)
        .hasMessage(
            "Cannot use tucker.factors=[]: each type may be named once, and one must be. Choose among"
                + " f32, f16 and integer.");
    assertThatThrownBy(() -> METHOD.read(new ByteReader(new byte[] {9}), List.of(Shape.of(4, 6))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("unknown arrangement 9");
  }

  /** HOSVD and HOOI in plain loops. */
  private static final class ReferenceHooi {
    private final int[] dims;
    private final double[] tensor;

    ReferenceHooi(int outputs, int kernel, int inputs, double[] tensor) {
      this.dims = new int[] {outputs, kernel, inputs};
      this.tensor = tensor;
    }

    double energy() {
      return squaredNorm(tensor);
    }

    double lowerBound(int first, int second) {
      return Math.max(
          JacobiSvd.of(tensor, dims[0]).tail(first),
          JacobiSvd.of(swapped(tensor, dims), dims[2]).tail(second));
    }

    double error(int first, int second, int sweeps) {
      double[][] u = JacobiSvd.of(tensor, dims[0]).left();
      double[][] v = JacobiSvd.of(swapped(tensor, dims), dims[2]).left();
      for (int sweep = 0; sweep < sweeps; sweep++) {
        u = JacobiSvd.of(withoutInputs(v, second), dims[0]).left();
        int[] cut = {first, dims[1], dims[2]};
        v = JacobiSvd.of(swapped(alongOutputs(tensor, u, first), cut), dims[2]).left();
      }
      return energy() - squaredNorm(alongOutputs(withoutInputs(v, second), u, first));
    }

    /** W ×₃ Vᵀ of shape (O, s, r₂). */
    private double[] withoutInputs(double[][] v, int rank) {
      double[] product = alongOutputs(swapped(tensor, dims), v, rank);
      return swapped(product, new int[] {rank, dims[1], dims[0]});
    }

    /** First mode times the leading columns. */
    private static double[] alongOutputs(double[] tensor, double[][] basis, int rank) {
      int columns = tensor.length / basis.length;
      double[] product = new double[rank * columns];
      for (int a = 0; a < rank; a++) {
        for (int i = 0; i < basis.length; i++) {
          for (int j = 0; j < columns; j++) {
            product[a * columns + j] += basis[i][a] * tensor[i * columns + j];
          }
        }
      }
      return product;
    }

    /** (a, s, b) to (b, s, a). */
    private static double[] swapped(double[] tensor, int[] dims) {
      double[] swapped = new double[tensor.length];
      for (int a = 0; a < dims[0]; a++) {
        for (int p = 0; p < dims[1]; p++) {
          for (int b = 0; b < dims[2]; b++) {
            swapped[(b * dims[1] + p) * dims[0] + a] = tensor[(a * dims[1] + p) * dims[2] + b];
          }
        }
      }
      return swapped;
    }
  }

  private static double[] doubleProduct(int[] modes, int rank) {
    double[] product = new double[modes[0] * modes[1]];
    double[] left = gaussian(modes[0] * rank, 1);
    double[] right = gaussian(rank * modes[1], 2);
    for (int index = 0; index < product.length; index++) {
      for (int a = 0; a < rank; a++) {
        product[index] +=
            left[index / modes[1] * rank + a] * right[a * modes[1] + index % modes[1]];
      }
    }
    return product;
  }

  private static double[] tripleProduct(int[] modes, int rank) {
    double[] product = new double[modes[0] * modes[1] * modes[2]];
    double[] u = gaussian(modes[0] * rank, 1);
    double[] core = gaussian(rank * modes[1] * rank, 2);
    double[] v = gaussian(rank * modes[2], 3);
    for (int index = 0; index < product.length; index++) {
      int o = index / (modes[1] * modes[2]);
      int p = index / modes[2] % modes[1];
      int i = index % modes[2];
      for (int a = 0; a < rank; a++) {
        for (int b = 0; b < rank; b++) {
          product[index] +=
              u[o * rank + a] * core[(a * modes[1] + p) * rank + b] * v[b * modes[2] + i];
        }
      }
    }
    return product;
  }

  private static double[] gaussian(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] =
          Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
              * Math.cos(2 * Math.PI * random.nextDouble());
    }
    return values;
  }

  private static double[] decaying(int outputs, int kernel, int inputs, long seed) {
    double[] values = gaussian(outputs * kernel * inputs, seed);
    for (int i = 0; i < values.length; i++) {
      int output = i / (kernel * inputs);
      values[i] /= (1 + 0.3 * output) * (1 + 0.3 * (i % inputs));
    }
    return values;
  }

  private static WeightPartition weights(Shape shape, long seed) {
    int[] modes = Arrangement.TUCKER_2.modes(shape);
    double[] values = decaying(modes[0], modes[1], modes[2], seed);
    return partition(shape, Arrangement.TUCKER_2.order(shape).restore(floats(values)));
  }

  private static WeightPartition partition(Shape shape, float[] values) {
    return new WeightPartition("00", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static double squaredNorm(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum();
  }

  private static double relativeError(WeightPartition weights, TuckerFactors factors) {
    return new RestoredError(weights).squared(factors, 1) / squaredNorm(doubles(weights.values()));
  }
}
