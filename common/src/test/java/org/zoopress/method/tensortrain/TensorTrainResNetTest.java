package org.zoopress.method.tensortrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.FactorType;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.WeightPartition;

/**
 * Σ‖W − Ŵ‖²/Σ‖W‖² over the 3×3 convolutions of ResNet-20, each layer at its own ratio of numbers.
 */
class TensorTrainResNetTest {
  @ParameterizedTest
  @CsvSource({"2, 0.276", "3, 0.403", "4, 0.491"})
  void threeModesAreBelowThePublishedImplementation(double ratio, double bound) {
    assertThat(error(ratio, TrainModes.THREE)).isLessThan(bound);
  }

  private static double error(double ratio, TrainModes modes) {
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withModes(modes)
            .withFactorTypes(FactorType.F32)
            .withOperatingPoints(new OperatingPoint.Ratio(ratio));
    double error = 0;
    double energy = 0;
    for (WeightPartition weights : layers()) {
      TensorTrainFactors factors = new TensorTrainMethod().solve(weights, params, 0).get(0);
      assertThat(factors.cores().numbers())
          .as(weights.tensor())
          .isLessThanOrEqualTo((long) (weights.shape().elements() / ratio));
      error += squaredError(weights, factors);
      energy += squaredNorm(weights);
    }
    return error / energy;
  }

  /** Quantized cores: ranks and step chosen together take far fewer bytes than 16-bit ones. */
  @Test
  void quantizedCoresMeetAnErrorInLessThanHalfTheBytes() {
    TensorTrainParams params =
        TensorTrainParams.DEFAULT
            .withFactorTypes(FactorType.F16, FactorType.INTEGER)
            .withOperatingPoints(new OperatingPoint.TargetError(0.05));
    long halves = 0;
    long integers = 0;
    for (WeightPartition weights : layers()) {
      List<TensorTrainFactors> both = new TensorTrainMethod().solve(weights, params, 0);
      for (TensorTrainFactors factors : both) {
        assertThat(squaredError(weights, factors) / squaredNorm(weights)).isLessThanOrEqualTo(0.05);
      }
      halves += storedBytes(both.get(0));
      integers += storedBytes(both.get(1));
    }
    assertThat(integers).isLessThan(halves / 2);
  }

  private static List<WeightPartition> layers() {
    List<WeightPartition> layers =
        TestWeights.network("cifar10_resnet/resnet20").stream()
            .filter(weights -> weights.tensor().matches("layer.*conv.*"))
            .toList();
    assertThat(layers).hasSize(18);
    return layers;
  }

  private static double squaredError(WeightPartition weights, TensorTrainFactors factors) {
    return new RestoredError(weights).squared(factors, 1);
  }

  private static double squaredNorm(WeightPartition weights) {
    double sum = 0;
    for (float v : weights.values()) {
      sum += (double) v * v;
    }
    return sum;
  }

  private static int storedBytes(TensorTrainFactors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }
}
