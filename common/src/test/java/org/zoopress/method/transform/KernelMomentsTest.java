package org.zoopress.method.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.linalg.JavaLinearAlgebra;
import org.zoopress.method.transform.PlantedKernels.Correlation;

class KernelMomentsTest {
  @Test
  void sumsDoNotDependOnOrderOrGroupingSeed1() {
    List<KernelMoments> parts = new ArrayList<>();
    for (int k = 0; k < 50; k++) {
      float[] weights = PlantedKernels.separable(3, new Correlation(0.5, 0.3), 20, k);
      parts.add(KernelMoments.of(weights, 9, 1 / 50.0));
    }
    KernelMoments inOrder = parts.stream().reduce(KernelMoments::plus).orElseThrow();
    Collections.shuffle(parts, new Random(1));
    KernelMoments left = KernelMoments.none(9);
    KernelMoments right = KernelMoments.none(9);
    for (int k = 0; k < parts.size(); k++) {
      left = k % 3 == 0 ? left.plus(parts.get(k)) : left;
      right = k % 3 == 0 ? right : parts.get(k).plus(right);
    }
    assertThat(left.plus(right).matrix()).isEqualTo(inOrder.matrix());
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 0x1p-126f, 0x1p120f, 0x1p-146f})
  void scaleOfTheWeightsDoesNotMatter(float scale) {
    float[] weights = {3, 0, 0, 4, 0, 0, 0, 0};
    float[] scaled = new float[8];
    for (int i = 0; i < 8; i++) {
      scaled[i] = weights[i] * scale;
    }
    // Sums of products over the mean energy 25 / 2 of a kernel, times n / 2 kernels.
    double[] c = KernelMoments.of(scaled, 4, 1).matrix();
    assertThat(c[0]).isCloseTo(9 * 4 / 25.0, within(1e-9));
    assertThat(c[0] + c[5] + c[10] + c[15]).isCloseTo(4, within(1e-9));
    assertThat(c[3]).isEqualTo(c[12]).isCloseTo(12 * 4 / 25.0, within(1e-9));
  }

  @Test
  void whatIsNotFiniteOrZeroAddsNothing() {
    assertThat(KernelMoments.of(new float[8], 4, 1).isZero()).isTrue();
    assertThat(KernelMoments.of(new float[] {1, 2, Float.NaN, 0}, 4, 1).isZero()).isTrue();
    float[] infinite = {1, Float.NEGATIVE_INFINITY, 0, 0};
    assertThat(KernelMoments.of(infinite, 4, 1).isZero()).isTrue();
    assertThatThrownBy(() -> KernelMoments.none(4).plus(KernelMoments.none(9)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Of an AR(1) source the gain of the transform is known: variances are the eigenvalues. */
  @Test
  void transformDecorrelatesPlantedKernelsSeed2() {
    Correlation correlation = new Correlation(0.7, 0.5);
    float[] weights = PlantedKernels.separable(3, correlation, 200_000, 2);
    KernelMoments moments = KernelMoments.of(weights, 9, 1);
    double[] variances = new double[9];
    float[] coefficients = moments.transform().forward(weights);
    for (int i = 0; i < coefficients.length; i++) {
      variances[i % 9] += (double) coefficients[i] * coefficients[i] / (coefficients.length / 9);
    }
    double logs = 0;
    for (int f = 0; f < 9; f++) {
      logs += Math.log(variances[f]) / 9;
      assertThat(f == 0 || variances[f] <= 1.02 * variances[f - 1]).isTrue();
    }
    // det of the 3×3 AR(1) covariance is (1 − ρ²)²; of the Kronecker product its third power each.
    double known = 3 * 2 * (Math.log(1 - 0.49) + Math.log(1 - 0.25)) / 9;
    assertThat(logs).isCloseTo(known, within(0.01));
  }

  @Test
  void eigenvectorsAreThoseOfLapack() {
    float[] weights = PlantedKernels.separable(5, new Correlation(0.8, 0.4), 500, 3);
    double[] c = KernelMoments.of(weights, 25, 1).matrix();
    double[] ours = JacobiEigen.vectors(c.clone(), 25);
    double[] values =
        new JavaLinearAlgebra().eigenvalues(new org.apache.spark.ml.linalg.DenseMatrix(25, 25, c));
    for (int i = 0; i < 25; i++) {
      double quadratic = 0;
      for (int j = 0; j < 25; j++) {
        for (int k = 0; k < 25; k++) {
          quadratic += ours[i * 25 + j] * c[j * 25 + k] * ours[i * 25 + k];
        }
      }
      assertThat(quadratic).isCloseTo(values[i], within(1e-9));
    }
  }
}
