package org.zoopress.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * What every {@link Method} owes its callers, whatever it computes. Subclass it in the method's own
 * package and name the method and the parameters to run it with.
 *
 * <p>Where the method refuses a partition there is nothing to check; {@link
 * #acceptsAnOrdinaryMatrix} keeps a method from passing by refusing everything.
 *
 * @param <P> parameters
 * @param <F> factors
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class FactorsContract<P, F extends Factors> {
  private static final String TENSOR = "0123456789abcdef";
  private static final DType[] FLOATS = {DType.F32, DType.F16, DType.BF16, DType.F64};

  /** The method under test. */
  protected abstract Method<P, F> method();

  /** Parameters to run every check with, at least one; several operating points where it can. */
  protected abstract List<P> parameters();

  /**
   * The largest ‖W − Ŵ‖²/‖W‖² that the method may leave: by default it must not do worse than
   * storing zeros, but for rounding.
   */
  protected double largestRelativeError() {
    return 1 + 1e-6;
  }

  /** Seeds of the random shapes, a range. */
  protected static Stream<Long> seeds() {
    return Stream.iterate(0L, seed -> seed < 24, seed -> seed + 1);
  }

  /** What fills a tensor. */
  public enum Fill {
    GAUSSIAN,
    ZEROS,
    CONSTANT,
    HUGE,
    TINY,
    SUBNORMAL,
    MIXED_MAGNITUDES,
    ONE_OUTLIER;

    float value(SplittableRandom random, int i) {
      return switch (this) {
        case GAUSSIAN -> (float) (0.05 * gaussian(random));
        case ZEROS -> 0f;
        case CONSTANT -> -0.3f;
        case HUGE -> (float) (1e30 * gaussian(random));
        case TINY -> (float) (1e-36 * gaussian(random));
        case SUBNORMAL -> (float) (1e-40 * gaussian(random));
        case MIXED_MAGNITUDES ->
            (float) (Math.pow(10, random.nextDouble(-12, 12)) * gaussian(random));
        case ONE_OUTLIER -> i == 0 ? 1e6f : (float) (1e-3 * gaussian(random));
      };
    }
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** A partition of the shape; values beyond the range of a 16-bit dtype are clamped into it. */
  protected static WeightPartition partition(Shape shape, DType dtype, Fill fill, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      float value = fill.value(random, i);
      values[i] = dtype == DType.F16 ? Math.max(-60000f, Math.min(60000f, value)) : value;
    }
    return new WeightPartition(TENSOR, 0, dtype, shape, dtype.fromFloats(values));
  }

  /** Rank 1 to 5, at most some thousand elements, one-sized modes included. */
  private static Shape randomShape(SplittableRandom random) {
    int rank = random.nextInt(1, 6);
    int[] largest = {0, 500, 60, 17, 11, 5};
    long[] dims = new long[rank];
    for (int k = 0; k < rank; k++) {
      dims[k] = random.nextInt(8) == 0 ? 1 : random.nextInt(1, largest[rank] + 1);
    }
    return Shape.of(dims);
  }

  @Test
  void acceptsAnOrdinaryMatrix() {
    WeightPartition weights = partition(Shape.of(64, 48), DType.F32, Fill.GAUSSIAN, 1);
    for (P params : parameters()) {
      assertThat(method().refusal(weights, params)).as("%s", params).isEmpty();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomShapesSurviveWritingAndReading(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape shape = randomShape(random);
    DType dtype = FLOATS[random.nextInt(FLOATS.length)];
    check(partition(shape, dtype, Fill.GAUSSIAN, seed));
  }

  @ParameterizedTest
  @EnumSource(Fill.class)
  void anyMagnitudesSurviveWritingAndReading(Fill fill) {
    for (DType dtype : FLOATS) {
      check(partition(Shape.of(24, 40), dtype, fill, 7));
      check(partition(Shape.of(8, 6, 3, 3), dtype, fill, 8));
    }
  }

  @ParameterizedTest
  @EnumSource(Fill.class)
  void oneElementSurvivesWritingAndReading(Fill fill) {
    for (DType dtype : FLOATS) {
      check(partition(Shape.of(1), dtype, fill, 9));
      check(partition(Shape.of(1, 1, 1, 1, 1), dtype, fill, 10));
    }
  }

  @Test
  void emptyAndNonFloatTensorsAreRefusedOrKept() {
    for (P params : parameters()) {
      for (Shape shape : List.of(Shape.of(0), Shape.of(3, 0, 2))) {
        checkAccepted(new WeightPartition(TENSOR, 0, DType.F32, shape, new byte[0]), params);
      }
      for (DType dtype : DType.values()) {
        byte[] data = new byte[24 * dtype.bytes()];
        new SplittableRandom(11).nextBytes(data);
        if (!dtype.compressible()) {
          checkAccepted(new WeightPartition(TENSOR, 0, dtype, Shape.of(4, 6), data), params);
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedBytesAreReportedOrGiveOtherValues(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WeightPartition weights =
        partition(
            seed == 0 ? Shape.of(16, 8, 3, 3) : randomShape(random), DType.F32, Fill.GAUSSIAN, 12);
    for (P params : parameters()) {
      if (method().refusal(weights, params).isPresent()) {
        continue;
      }
      for (F factors : method().solve(weights, params, 5)) {
        byte[] good = bytes(factors);
        for (int trial = 0; trial < 40; trial++) {
          byte[] bad = damaged(good, random);
          readDamaged(bad, weights);
        }
      }
    }
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    if (good.length == 0 || random.nextInt(4) == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length + 4));
    }
    byte[] bad = good.clone();
    // Headers are short: half of the hits go there.
    int reach = random.nextBoolean() ? Math.min(16, bad.length) : bad.length;
    for (int hit = random.nextInt(1, 4); hit > 0; hit--) {
      bad[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
    }
    return bad;
  }

  private void readDamaged(byte[] bad, WeightPartition weights) {
    try {
      F factors = method().read(new ByteReader(bad), List.of(weights.shape()));
      byte[] restored = factors.restore(0, weights.dtype());
      assertThat(restored).hasSameSizeAs(weights.data());
    } catch (CorruptDataException expected) {
      assertThat(expected).hasMessageMatching("(?s).+");
    } catch (Throwable other) {
      fail("damaged bytes must give CorruptDataException, not " + other, other);
    }
  }

  private void check(WeightPartition weights) {
    for (P params : parameters()) {
      checkAccepted(weights, params);
    }
  }

  private void checkAccepted(WeightPartition weights, P params) {
    if (method().refusal(weights, params).isPresent()) {
      assertThat(method().refusal(weights, params).orElseThrow()).isNotBlank();
      return;
    }
    byte[] before = weights.data().clone();
    List<F> solved = method().solve(weights, params, 3);
    List<byte[]> again = method().solve(weights, params, 3).stream().map(this::bytes).toList();
    assertThat(weights.data()).as("the partition is not written to").isEqualTo(before);
    assertThat(solved).isNotEmpty().hasSameSizeAs(again);
    for (int i = 0; i < solved.size(); i++) {
      F factors = solved.get(i);
      byte[] stored = bytes(factors);
      assertThat(stored).as("equal input, equal bytes").isEqualTo(again.get(i));
      ByteReader in = new ByteReader(stored);
      F read = method().read(in, List.of(weights.shape()));
      in.expectEnd();
      assertThat(read.method()).isEqualTo(factors.method()).isEqualTo(method().id());
      assertThat(factors.operatingPoint()).isNotNull();
      assertThat(read.members()).isEqualTo(1).isEqualTo(factors.members());
      byte[] restored = read.restore(0, weights.dtype());
      assertThat(restored)
          .as("restored before and after storing")
          .isEqualTo(factors.restore(0, weights.dtype()));
      assertThat(restored).hasSameSizeAs(weights.data());
      assertThat(bytes(read)).as("written again").isEqualTo(stored);
      checkError(weights, restored, params);
    }
  }

  private void checkError(WeightPartition weights, byte[] restored, P params) {
    if (!weights.dtype().compressible()) {
      return;
    }
    float[] w = weights.values();
    float[] r = weights.dtype().toFloats(restored);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < w.length; i++) {
      assertThat(r[i]).as("finite at %s", i).isFinite();
      error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
      norm += (double) w[i] * w[i];
    }
    assertThat(error)
        .as("squared error of %s %s, %s", weights.dtype(), weights.shape(), params)
        .isLessThanOrEqualTo(largestRelativeError() * norm);
  }

  private byte[] bytes(F factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.toByteArray();
  }

  /** The relative error ‖W − Ŵ‖²/‖W‖² and stored bytes of every operating point, for subclasses. */
  protected List<double[]> errorsAndBytes(WeightPartition weights, P params) {
    float[] w = weights.values();
    List<double[]> rows = new ArrayList<>();
    for (F factors : method().solve(weights, params, 3)) {
      float[] r = weights.dtype().toFloats(factors.restore(0, weights.dtype()));
      double error = 0;
      double norm = 0;
      for (int i = 0; i < w.length; i++) {
        error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
        norm += (double) w[i] * w[i];
      }
      rows.add(new double[] {error / norm, bytes(factors).length});
    }
    return rows;
  }
}
