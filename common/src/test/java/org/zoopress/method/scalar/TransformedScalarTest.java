package org.zoopress.method.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.Trellis;
import org.zoopress.method.FactorsContract;
import org.zoopress.method.Method;
import org.zoopress.method.SharedObject;
import org.zoopress.method.TestWeights;
import org.zoopress.method.transform.KernelMoments;
import org.zoopress.method.transform.KernelTransform;
import org.zoopress.method.transform.PlantedKernels;
import org.zoopress.method.transform.PlantedKernels.Correlation;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** The contract with a 3×3 and a 2×2 transform on offer, and what they gain. */
class TransformedScalarTest extends FactorsContract<ScalarParams, ScalarFactors> {
  private static final SharedObject NINE = learned(3).stored();
  private static final SharedObject FOUR = learned(2).stored();

  private static KernelTransform learned(int side) {
    float[] kernels = PlantedKernels.separable(side, new Correlation(0.7, 0.7), 1000, 1);
    return KernelMoments.of(kernels, side * side, 1).transform();
  }

  @Override
  protected Method<ScalarParams, ScalarFactors> method() {
    return new ScalarMethod(List.of(NINE, FOUR));
  }

  @Override
  protected List<ScalarParams> parameters() {
    ScalarParams points = ScalarParams.of(OperatingPoint.bits(2), OperatingPoint.relativeStep(0.5));
    return List.of(
        points,
        points.withScope(StepScope.PER_CHANNEL).withTrellis(Trellis.NONE),
        ScalarParams.of(OperatingPoint.step(0.02)).withTrellis(Trellis.STATES_4));
  }

  @Test
  void eachCoarsePointIsTriedBehindTheTransformToo() {
    WeightPartition weights = partition(Shape.of(16, 8, 3, 3), DType.F32, Fill.GAUSSIAN, 1);
    ScalarParams params =
        ScalarParams.of(
            OperatingPoint.bits(2), OperatingPoint.bits(6), OperatingPoint.relativeStep(0.5));
    List<ScalarFactors> solved = method().solve(weights, params, 0);
    assertThat(solved)
        .extracting(ScalarFactors::operatingPoint)
        .containsExactly(
            "bits=2",
            "bits=6",
            "relative-step=0.5",
            "bits=2 transform",
            "relative-step=0.5 transform");
    assertThat(solved.get(0).shared()).isEmpty();
    assertThat(solved.get(3).shared()).containsExactly(NINE.id());
    WeightPartition matrix = partition(Shape.of(16, 72), DType.F32, Fill.GAUSSIAN, 1);
    assertThat(method().solve(matrix, params, 0)).hasSize(3);
  }

  @Test
  void factorsWithAnUnknownOrUnfitTransformAreReported() {
    WeightPartition weights = partition(Shape.of(16, 8, 3, 3), DType.F32, Fill.GAUSSIAN, 1);
    ScalarParams params = ScalarParams.of(OperatingPoint.bits(2));
    ByteWriter out = new ByteWriter();
    method().solve(weights, params, 0).get(1).write(out);
    byte[] bytes = out.toByteArray();
    assertThatThrownBy(
            () -> new ScalarMethod().read(new ByteReader(bytes), List.of(weights.shape())))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("there is no shared object " + NINE.id());
    assertThatThrownBy(() -> method().read(new ByteReader(bytes), List.of(Shape.of(16, 18, 2, 2))))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageStartingWith("transform of 9 positions for kernels of shape");
  }

  /** Kernels of an AR(1) field: at two bits the transform must gain, at equal step. */
  @Test
  void plantedCorrelationIsWorthBytesAndError() {
    float[] kernels = PlantedKernels.separable(3, new Correlation(0.7, 0.7), 64 * 64, 2);
    WeightPartition weights =
        new WeightPartition(
            "t", 0, DType.F32, Shape.of(64, 64, 3, 3), DType.F32.fromFloats(kernels));
    List<double[]> rows = errorsAndBytes(weights, ScalarParams.of(OperatingPoint.relativeStep(1)));
    assertThat(rows.get(1)[1]).as("bytes").isLessThan(0.97 * rows.get(0)[1]);
    assertThat(rows.get(1)[0]).as("error").isLessThan(0.97 * rows.get(0)[0]);
  }

  /**
   * Convolutions of three real networks with one transform for all, at the same steps; bytes at
   * equal error by interpolation of the logarithm of the error.
   */
  @Test
  void realNetworksAtEqualErrorNeedFewerBytesBelowTwoAndAHalfBits() {
    List<List<WeightPartition>> networks = new ArrayList<>();
    KernelMoments moments = KernelMoments.none(9);
    for (String name : List.of("resnet20", "resnet32", "resnet56")) {
      List<WeightPartition> layers =
          TestWeights.network("cifar10_resnet/" + name).stream()
              .filter(t -> KernelTransform.kernelSize(t.shape()) == 9 && t.shape().dim(1) > 3)
              .toList();
      double all = layers.stream().mapToLong(t -> t.shape().elements()).sum();
      for (WeightPartition layer : layers) {
        double share = layer.shape().elements() / all;
        moments = moments.plus(KernelMoments.of(layer.values(), 9, share));
      }
      networks.add(layers);
    }
    SharedObject transform = moments.transform().stored();
    double[] steps = {0.006, 0.012, 0.024, 0.042, 0.068};
    for (List<WeightPartition> layers : networks) {
      double[][] plain = new double[steps.length][2];
      double[][] behind = new double[steps.length][2];
      for (int k = 0; k < steps.length; k++) {
        ScalarParams params = ScalarParams.of(OperatingPoint.step(steps[k]));
        for (WeightPartition layer : layers) {
          add(
              layer,
              new ScalarMethod(List.of(transform)).solve(layer, params, 0),
              plain[k],
              behind[k]);
        }
        behind[k][1] += transform.content().length;
      }
      double weights = layers.stream().mapToLong(t -> t.shape().elements()).sum();
      double norm = 0;
      for (WeightPartition layer : layers) {
        for (float w : layer.values()) {
          norm += (double) w * w;
        }
      }
      for (int k = 1; k < steps.length; k++) {
        double change = bytesAt(behind, plain[k][0]) / plain[k][1] - 1;
        double bits = 8 * plain[k][1] / weights;
        System.out.printf(
            "%d weights, relative error %.4f: %.3f bits, with the transform %+.1f %%%n",
            (long) weights, plain[k][0] / norm, bits, 100 * change);
        if (bits < 2) {
          assertThat(change).isLessThan(-0.02);
        }
      }
    }
  }

  private static void add(
      WeightPartition layer, List<ScalarFactors> solved, double[] plain, double[] behind) {
    for (int k = 0; k < 2; k++) {
      double[] sum = k == 0 ? plain : behind;
      float[] w = layer.values();
      float[] r = DType.F32.toFloats(solved.get(k).restore(0, DType.F32));
      for (int i = 0; i < w.length; i++) {
        sum[0] += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
      }
      ByteWriter out = new ByteWriter();
      solved.get(k).write(out);
      sum[1] += out.size();
    }
  }

  private static double bytesAt(double[][] curve, double error) {
    int k = 0;
    while (k < curve.length - 2 && curve[k + 1][0] < error) {
      k++;
    }
    double part = Math.log(error / curve[k][0]) / Math.log(curve[k + 1][0] / curve[k][0]);
    return curve[k][1] + part * (curve[k + 1][1] - curve[k][1]);
  }
}
