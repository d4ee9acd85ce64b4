package org.zoopress.method.additive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Planted scales of filters and input channels are taken out, and only those that are there. */
class UnitVectorsTest {
  private static final int FILTERS = 32;
  private static final int CHANNELS = 24;
  private static final Shape SHAPE = Shape.of(FILTERS, CHANNELS, 3, 3);

  private static WeightPartition planted(double channelSpread) {
    float[] values = TestVectors.gaussian(FILTERS * CHANNELS * 9, 1, 21);
    float[] filters = TestVectors.gaussian(FILTERS, 1, 22);
    float[] channels = TestVectors.gaussian(CHANNELS, 1, 23);
    for (int i = 0; i < values.length; i++) {
      double filter = Math.exp(0.5 * filters[i / 9 / CHANNELS]);
      values[i] *= (float) (filter * Math.exp(channelSpread * channels[i / 9 % CHANNELS]));
    }
    return new WeightPartition("t", 0, DType.F32, SHAPE, DType.F32.fromFloats(values));
  }

  /** Mean of the logarithm of the energy of a vector: 0 less the bias of 9 Gaussians, 0.115. */
  private static double meanLogEnergy(float[] vectors) {
    double sum = 0;
    for (int v = 0; v < vectors.length / 9; v++) {
      double energy = 0;
      for (int i = 9 * v; i < 9 * v + 9; i++) {
        energy += vectors[i] * vectors[i] / 9.0;
      }
      sum += Math.log(energy);
    }
    return sum / (vectors.length / 9.0);
  }

  @Test
  void plantedScalesAreTakenOut() {
    WeightPartition weights = planted(0.8);
    UnitVectors scales = UnitVectors.of(weights, ScaleScope.PER_CHANNEL, 9);
    float[] vectors = scales.vectors(weights.values());
    assertThat(TestVectors.squaredNorm(vectors) / vectors.length).isBetween(0.97, 1.03);
    assertThat(meanLogEnergy(vectors)).isBetween(-0.15, -0.08);
    float[] back = scales.weights(vectors);
    for (int i = 0; i < back.length; i++) {
      assertThat(back[i])
          .isCloseTo(weights.values()[i], org.assertj.core.data.Percentage.withPercentage(1e-4));
    }
  }

  @Test
  void scalesOfPlacesThatDoNotPayAreLeftOut() {
    UnitVectors scales = UnitVectors.of(planted(0), ScaleScope.PER_CHANNEL, 9);
    assertThat(scales.places().levels()).containsOnly(0);
    assertThat(scales.places().stored().length).isLessThan(6);
  }

  @Test
  void emptyFiltersAndChannelsStayZero() {
    float[] values = planted(1).values();
    for (int i = 0; i < values.length; i++) {
      if (i / 9 / CHANNELS == 3 || i / 9 % CHANNELS == 5) {
        values[i] = 0;
      }
    }
    WeightPartition weights =
        new WeightPartition("t", 0, DType.F32, SHAPE, DType.F32.fromFloats(values));
    UnitVectors scales = UnitVectors.of(weights, ScaleScope.PER_CHANNEL, 9);
    float[] ones = new float[values.length];
    java.util.Arrays.fill(ones, 1);
    float[] restored = scales.weights(ones);
    for (int i = 0; i < values.length; i++) {
      assertThat(restored[i] == 0).as("weight %s", i).isEqualTo(values[i] == 0);
    }
  }

  @Test
  void oneScaleForAllFiltersLeavesThoseOfPlaces() {
    UnitVectors scales = UnitVectors.of(planted(0.8), ScaleScope.PER_TENSOR, 9);
    assertThat(scales.filters().count()).isEqualTo(1);
    assertThat(scales.places().levels()).isNotEqualTo(new int[CHANNELS]);
    assertThat(scales.level(0)).isEqualTo(scales.level(CHANNELS));
  }
}
