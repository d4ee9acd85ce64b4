package org.zoopress.method.tensortrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.UserInputException;
import org.zoopress.linalg.JacobiSvd;
import org.zoopress.linalg.LinearAlgebra;
import org.zoopress.method.FactorType;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

class TensorTrainTest {
  private static final TensorTrainMethod METHOD = new TensorTrainMethod();

  private static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  /** One random tensor, its modes and ranks to decompose it at. */
  private record Case(int[] modes, int[] ranks, double[] tensor) {
    static Case of(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] modes =
          IntStream.range(0, random.nextInt(2, 6)).map(k -> random.nextInt(1, 7)).toArray();
      int[] ranks = IntStream.range(1, modes.length).map(k -> random.nextInt(1, 6)).toArray();
      return new Case(modes, ranks, gaussian(modes, random));
    }

    CoreChain solve() {
      return new TensorTrainSvd(LinearAlgebra.get(), modes, tensor).chain(ranks);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void errorLiesBetweenTheTailsOfTheUnfoldings(long seed) {
    Case given = Case.of(seed);
    CoreChain chain = given.solve();
    double error = squaredDistance(given.tensor(), product(chain));
    double[] tails = new double[given.ranks().length];
    int rows = 1;
    for (int k = 0; k < tails.length; k++) {
      rows *= given.modes()[k];
      tails[k] = JacobiSvd.of(given.tensor(), rows).tail(chain.ranks()[k]);
    }
    double slack = 1e-10 * squaredNorm(given.tensor());
    assertThat(error).isGreaterThanOrEqualTo(Arrays.stream(tails).max().orElseThrow() - slack);
    assertThat(error).isLessThanOrEqualTo(Arrays.stream(tails).sum() + slack);
    assertThat(chain.squaredError()).isCloseTo(error, within(slack));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void textbookLoopsGiveTheSameTensor(long seed) {
    Case given = Case.of(seed);
    double[] expected = reference(given.modes(), given.ranks(), given.tensor());
    assertThat(squaredDistance(expected, product(given.solve())))
        .isLessThan(1e-16 * squaredNorm(given.tensor()) + 1e-18);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void allCoresButTheLastAreOrthonormal(long seed) {
    CoreChain chain = Case.of(seed).solve();
    for (int k = 0; k < chain.cores().size() - 1; k++) {
      int columns = chain.ranks()[k];
      double[] core = chain.cores().get(k);
      for (int a = 0; a < columns; a++) {
        for (int b = 0; b < columns; b++) {
          double inner = 0;
          for (int i = 0; i < core.length; i += columns) {
            inner += core[i + a] * core[i + b];
          }
          assertThat(inner).isCloseTo(a == b ? 1 : 0, within(1e-10));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2"})
  void tensorsOfExactRankAreRecoveredToRounding(int outputs, int inputs) {
    TrainModes modes = new TrainModes.Balanced(outputs, inputs);
    Shape shape = Shape.of(12, 18, 3, 3);
    int[] sizes = modes.of(12, 9, 18);
    int[] ranks = IntStream.range(1, sizes.length).map(k -> 2).toArray();
    SplittableRandom random = new SplittableRandom(5);
    double[] planted = reference(sizes, ranks, gaussian(sizes, random));
    float[] reordered = new float[planted.length];
    for (int i = 0; i < planted.length; i++) {
      reordered[i] = (float) planted[i];
    }
    WeightPartition weights = weights(shape, TensorTrainFactors.order(shape).restore(reordered));
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withModes(modes)
            .withFactorTypes(FactorType.F32, FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.TargetError(1e-5));
    List<TensorTrainFactors> solved = METHOD.solve(weights, params, 0);
    for (TensorTrainFactors factors : solved) {
      assertThat(factors.cores().ranks()).containsOnly(2);
      assertThat(relativeError(weights, factors)).isLessThan(1e-5);
    }
    assertThat(relativeError(weights, solved.get(0))).isLessThan(1e-12);
    assertThat(relativeError(weights, solved.get(1))).isLessThan(1e-6);
  }

  @ParameterizedTest
  @CsvSource({"0.02", "0.1", "0.3", "0.6"})
  void targetErrorsAreKeptAndUsedUp(double target) {
    WeightPartition weights = decaying(Shape.of(24, 20, 3, 3), 3);
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withFactorTypes(FactorType.F32, FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.TargetError(target));
    for (TrainModes modes : List.of(TrainModes.THREE, TrainModes.FIVE)) {
      for (TensorTrainFactors factors : METHOD.solve(weights, params.withModes(modes), 0)) {
        assertThat(relativeError(weights, factors))
            .as("%s %s", modes, factors.operatingPoint())
            .isBetween(0.75 * target, target);
      }
    }
  }

  @ParameterizedTest(name = "ratio {0}")
  @CsvSource({"1.5", "2", "5", "20", "100"})
  void ratiosBoundTheNumbers(double ratio) {
    WeightPartition weights = decaying(Shape.of(32, 24, 3, 3), 4);
    for (TrainModes modes : List.of(TrainModes.THREE, TrainModes.FIVE)) {
      TensorTrainFactors factors =
          METHOD
              .solve(
                  weights,
                  TensorTrainParams.DEFAULT
                      .withModes(modes)
                      .withOperatingPoints(new OperatingPoint.Ratio(ratio)),
                  0)
              .get(0);
      long budget = (long) (32 * 24 * 9 / ratio);
      assertThat(factors.cores().numbers()).isBetween(budget * 3 / 4, budget);
      assertThat(factors.paperBytes()).isEqualTo(2 * factors.cores().numbers());
      assertThat(storedBytes(factors)).isBetween(2 * factors.cores().numbers(), budget * 2 + 64);
    }
  }

  /** Ranks (r₁, r₂) are found as well as by trying all of them. */
  @Test
  void ranksOfASizeAreNearTheBestOfAllPairs() {
    int[] modes = {12, 9, 10};
    WeightPartition weights = decaying(Shape.of(12, 10, 3, 3), 6);
    double[] tensor =
        ScaledTensor.of(TensorTrainFactors.order(weights.shape()).reorder(weights.values())).unit();
    TensorTrainSvd source = new TensorTrainSvd(LinearAlgebra.get(), modes, tensor);
    for (int numbers : new int[] {100, 250, 500}) {
      double best = Double.POSITIVE_INFINITY;
      for (int a = 1; a <= 12; a++) {
        for (int b = 1; b <= 10; b++) {
          if (CoreChain.numbers(modes, new int[] {a, b}) <= numbers) {
            best = Math.min(best, source.chain(new int[] {a, b}).squaredError());
          }
        }
      }
      assertThat(source.chainOfSize(numbers).squaredError()).isLessThan(1.05 * best);
    }
  }

  @Test
  void modesAreBalancedFactors() {
    assertThat(TrainModes.THREE.of(64, 9, 32)).containsExactly(64, 9, 32);
    assertThat(TrainModes.FIVE.of(64, 9, 32)).containsExactly(8, 8, 9, 8, 4);
    assertThat(TrainModes.FIVE.of(13, 1, 1000)).containsExactly(13, 40, 25);
    assertThat(new TrainModes.Balanced(3, 4).of(512, 9, 1)).containsExactly(8, 8, 8, 9, 1);
    assertThat(new TrainModes.Given(List.of(4, 16), List.of(2, 16)).of(64, 9, 32))
        .containsExactly(4, 16, 9, 16, 2);
  }

  @Test
  void refusalsAndBadSettingsSayWhy() {
    TrainModes given = new TrainModes.Given(List.of(4, 4), List.of(5));
    assertThat(
            METHOD.refusal(
                decaying(Shape.of(12, 5), 1), TensorTrainParams.DEFAULT.withModes(given)))
        .contains("modes [4, 4] and [5] are no factors of O = 12 and I = 5");
    assertThat(METHOD.refusal(decaying(Shape.of(12), 1), TensorTrainParams.DEFAULT))
        .contains("shape 12 has 1 modes; a weight has an output and an input mode");
    assertThatThrownBy(() -> new OperatingPoint.Ratio(1))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use tensor-train.ratios=1.0: cores with as many numbers as the weight save"
                + " nothing. Choose more than 1, for instance 2.");
    assertThatThrownBy(() -> new OperatingPoint.TargetError(Double.NaN))
        .hasMessage(
            "Cannot use tensor-train.errors=NaN: an error relative to the weight lies between 0 and"
                + " 1. Choose for instance 0.05.");
    assertThatThrownBy(() -> new TrainModes.Balanced(0, 1))
        .hasMessage(
            "Cannot use tensor-train.modes with 0 factors of O and 1 of I: each needs 1 to 16 modes."
                + " Choose for instance 2 and 2.");
    assertThatThrownBy(TensorTrainParams.DEFAULT::withOperatingPoints)
        .hasMessage("Cannot use tensor-train: it has no operating point. Set ratios or errors.");
  }

  @Test
  void operatingPointsAreNamedInTheOrderOfTheParameters() {
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withFactorTypes(FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.Ratio(2), new OperatingPoint.TargetError(0.25));
    assertThat(METHOD.solve(decaying(Shape.of(12, 20), 1), params, 1))
        .extracting(TensorTrainFactors::operatingPoint)
        .containsExactly(
            "ratio=2.0 factors=f16",
            "ratio=2.0 factors=integer",
            "error=0.25 factors=f16",
            "error=0.25 factors=integer");
  }

  @Test
  void damageInTheHeaderIsNamed() {
    assertDamage(out -> out.writeVarint(65), "number of modes is 65, at most 64 is possible");
    assertDamage(out -> out.writeVarint(1), "a tensor train of 1 modes");
    assertDamage(
        out -> {
          out.writeVarint(2);
          out.writeVarint(5);
        },
        "mode 1 of size 5 does not divide 24 values");
    assertDamage(out -> start(out).writeFloat(Float.NaN), "scale of a tensor train is NaN");
    assertDamage(
        out -> {
          start(out).writeFloat(1);
          out.writeVarint(5);
        },
        "rank of a tensor train is 5, at most 4 is possible");
    assertDamage(
        out -> {
          start(out).writeFloat(1);
          out.writeVarint(0);
        },
        "rank of a tensor train is 0");
  }

  private static ByteWriter start(ByteWriter out) {
    out.writeVarint(2);
    out.writeVarint(4);
    return out;
  }

  private static void assertDamage(Consumer<ByteWriter> bytes, String message) {
    ByteWriter out = new ByteWriter();
    bytes.accept(out);
    assertThatThrownBy(
            () -> METHOD.read(new ByteReader(out.toByteArray()), List.of(Shape.of(4, 6))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(message);
  }

  private static double[] gaussian(int[] modes, SplittableRandom random) {
    double[] tensor = new double[Arrays.stream(modes).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < tensor.length; i++) {
      tensor[i] =
          Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
              * Math.cos(2 * Math.PI * random.nextDouble());
    }
    return tensor;
  }

  /** Gaussian numbers that shrink along both channel modes, so that the spectra decay. */
  private static WeightPartition decaying(Shape shape, long seed) {
    int[] dims = Arrays.stream(shape.dims()).mapToInt(Math::toIntExact).toArray();
    double[] gaussian = gaussian(dims, new SplittableRandom(seed));
    float[] values = new float[gaussian.length];
    int row = values.length / dims[0];
    for (int i = 0; i < values.length; i++) {
      int input = dims.length > 1 ? i % row / (row / dims[1]) : 0;
      int output = i / row;
      values[i] = (float) (0.1 * gaussian[i] / (1 + 0.3 * output) / (1 + 0.3 * input));
    }
    return weights(shape, values);
  }

  private static WeightPartition weights(Shape shape, float[] values) {
    return new WeightPartition("00", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  /** TT-SVD with Jacobi rotations and three-loop products, put together again. */
  private static double[] reference(int[] modes, int[] ranks, double[] tensor) {
    double[] rest = tensor;
    double[] left = {1};
    int rank = 1;
    for (int k = 0; k < ranks.length; k++) {
      int rows = rank * modes[k];
      int columns = rest.length / rows;
      int next = Math.min(ranks[k], Math.min(rows, columns));
      double[][] u = JacobiSvd.of(rest, rows).left();
      double[] core = new double[rows * next];
      double[] projected = new double[next * columns];
      for (int a = 0; a < next; a++) {
        for (int i = 0; i < rows; i++) {
          core[i * next + a] = u[i][a];
          for (int j = 0; j < columns; j++) {
            projected[a * columns + j] += u[i][a] * rest[i * columns + j];
          }
        }
      }
      left = times(left, core, rank, modes[k] * next);
      rest = projected;
      rank = next;
    }
    return times(left, rest, rank, rest.length / rank);
  }

  private static double[] product(CoreChain chain) {
    double[] product = chain.cores().get(0);
    for (int k = 1; k < chain.cores().size(); k++) {
      double[] core = chain.cores().get(k);
      int rank = chain.ranks()[k - 1];
      product = times(product, core, rank, core.length / rank);
    }
    return product;
  }

  private static double[] times(double[] a, double[] b, int inner, int columns) {
    double[] product = new double[a.length / inner * columns];
    for (int i = 0; i < a.length / inner; i++) {
      for (int p = 0; p < inner; p++) {
        for (int j = 0; j < columns; j++) {
          product[i * columns + j] += a[i * inner + p] * b[p * columns + j];
        }
      }
    }
    return product;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static double squaredNorm(double[] a) {
    return squaredDistance(a, new double[a.length]);
  }

  private static double relativeError(WeightPartition weights, TensorTrainFactors factors) {
    double norm = 0;
    for (float v : weights.values()) {
      norm += (double) v * v;
    }
    return new RestoredError(weights).squared(factors, 1) / norm;
  }

  private static long storedBytes(TensorTrainFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }
}
