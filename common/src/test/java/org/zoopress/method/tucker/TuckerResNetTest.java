package org.zoopress.method.tucker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.method.FactorType;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.WeightPartition;

/**
 * Σ‖W − Ŵ‖²/Σ‖W‖² over the 3×3 convolutions of ResNet-20, each layer at its own ratio of numbers.
 */
class TuckerResNetTest {
  @ParameterizedTest
  @CsvSource({"2, 0.2595", "3, 0.3805", "4, 0.4620"})
  void tucker2IsBelowThePublishedImplementation(double ratio, double bound) {
    assertThat(error(ratio, ConvolutionFormat.TUCKER_2)).isLessThan(bound);
  }

  @ParameterizedTest
  @CsvSource({"2, 0.1990", "3, 0.3320", "4, 0.4250"})
  void theBestArrangementIsFarBelowTucker2(double ratio, double bound) {
    assertThat(error(ratio, ConvolutionFormat.BEST)).isLessThan(bound);
  }

  private static double error(double ratio, ConvolutionFormat format) {
    TuckerParams params =
        TuckerParams.DEFAULT
            .withFormat(format)
            .withFactorTypes(FactorType.F32)
            .withOperatingPoints(new OperatingPoint.Ratio(ratio));
    List<WeightPartition> layers =
        TestWeights.network("cifar10_resnet/resnet20").stream()
            .filter(weights -> weights.tensor().matches("layer.*conv.*"))
            .toList();
    assertThat(layers).hasSize(18);
    double error = 0;
    double energy = 0;
    for (WeightPartition weights : layers) {
      TuckerFactors factors = new TuckerMethod().solve(weights, params, 0).get(0);
      assertThat(factors.cores().numbers())
          .as(weights.tensor())
          .isLessThanOrEqualTo((long) (weights.shape().elements() / ratio));
      float[] original = weights.values();
      float[] restored = weights.dtype().toFloats(factors.restore(0, weights.dtype()));
      for (int i = 0; i < original.length; i++) {
        error += Math.pow((double) original[i] - restored[i], 2);
        energy += Math.pow(original[i], 2);
      }
    }
    return error / energy;
  }
}
