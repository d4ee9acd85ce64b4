package org.zoopress.method.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/**
 * Bytes at given error beside the neural-network coding standard's coder (ISO/IEC 15938-17,
 * DeepCABAC with trellis-coded quantization), whose figures were measured on the same weights.
 */
class RateDistortionTest {
  private record Outcome(long bytes, double error, double norm) {
    double relativeError() {
      return error / norm;
    }
  }

  private static Outcome quantize(List<WeightPartition> tensors, OperatingPoint point) {
    long bytes = 0;
    double error = 0;
    double norm = 0;
    for (WeightPartition weights : tensors) {
      if (weights.shape().rank() < 2) {
        bytes += weights.dtype() == DType.F32 ? weights.data().length : 0;
        continue;
      }
      ScalarFactors factors = new ScalarMethod().solve(weights, ScalarParams.of(point), 0).get(0);
      ByteWriter out = new ByteWriter();
      factors.write(out);
      bytes += out.size();
      float[] w = weights.values();
      float[] r = DType.F32.toFloats(factors.restore(0, DType.F32));
      for (int i = 0; i < w.length; i++) {
        error += ((double) w[i] - r[i]) * ((double) w[i] - r[i]);
        norm += (double) w[i] * w[i];
      }
    }
    return new Outcome(bytes, error, norm);
  }

  /** The steps were found by bisection, so that the error is just below the reference's. */
  @ParameterizedTest(name = "{0} at error {1}")
  @CsvSource({
    "resnet20, 0.00585, 127967, 0.0155, 118398",
    "resnet20, 0.0213,  99205,  0.0304, 89161",
    "resnet56, 0.0151,  330274, 0.0152, 297821",
    "resnet56, 0.0517,  243024, 0.0292, 213633",
  })
  void residualNetworksNeedFewerBytesThanTheStandardsCoder(
      String network, double referenceError, long referenceBytes, double step, long reached) {
    Outcome outcome =
        quantize(TestWeights.network("cifar10_resnet/" + network), OperatingPoint.step(step));
    System.out.printf(
        "scalar %s step %s: %d bytes at error %.5f; reference %d at %s (%.1f %%)%n",
        network,
        step,
        outcome.bytes,
        outcome.relativeError(),
        referenceBytes,
        referenceError,
        100.0 * outcome.bytes / referenceBytes - 100);
    assertThat(outcome.relativeError()).isLessThanOrEqualTo(referenceError);
    assertThat(outcome.bytes).isLessThan(referenceBytes).isLessThan(reached * 101 / 100);
  }

  /**
   * Independent Gaussian weights: dB above D(R) = 2^(−2R), everything counted. The reference coder
   * has 1.51 at 1.6 to 1.9 bits, 1.33 at 2.4 and 1.06 at 3.2; the figures here are what was
   * reached.
   */
  @ParameterizedTest(name = "{0} bits")
  @CsvSource({"1.6, 0.66", "1.9, 0.59", "2.4, 0.57", "3.2, 0.51", "4.5, 0.50"})
  void gaussianWeightsStayCloseToTheRateDistortionBound(double bits, double allowed) {
    Random random = new Random(1);
    float[] values = new float[1 << 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    WeightPartition weights =
        new WeightPartition("g", 0, DType.F32, Shape.of(256, 256), DType.F32.fromFloats(values));
    Outcome outcome = quantize(List.of(weights), OperatingPoint.bits(bits));
    double rate = 8.0 * outcome.bytes / values.length;
    double above = 10 * Math.log10(outcome.relativeError() * Math.pow(2, 2 * rate));
    System.out.printf(
        "scalar Gaussian: %.4f bits, %.3f dB above the bound (allowed %.2f)%n",
        rate, above, allowed);
    assertThat(rate).isBetween(0.99 * bits, 1.01 * bits);
    assertThat(above).isLessThan(allowed);
  }
}
