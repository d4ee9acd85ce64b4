package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.zoopress.tensor.Shape;

class ImageNoiseTest {
  @Test
  void samplesDoNotDependOnHowManyAreMadeSeed7() {
    Shape shape = Shape.of(3, 32, 32);
    float[] three = ImageNoise.samples(shape, 3, 7);
    float[] two = ImageNoise.samples(shape, 2, 7);
    assertThat(Arrays.copyOf(three, two.length)).isEqualTo(two);
    assertThat(ImageNoise.samples(shape, 2, 8)).isNotEqualTo(two);
  }

  /** Where the grid is as fine as the image only the grain is added: variance 1 + 0.09. */
  @Test
  void varianceIsThatOfGridAndGrainSeed7() {
    double[] moments = moments(ImageNoise.samples(Shape.of(3, 8, 8), 400, 7));
    assertThat(moments[0]).isCloseTo(0, within(0.02));
    assertThat(moments[1]).isCloseTo(1.09, within(0.03));
  }

  /** Neighbours of an image four times as fine share most of their variance. */
  @Test
  void neighboursAreAlikeSeed7() {
    float[] values = ImageNoise.samples(Shape.of(1, 32, 32), 50, 7);
    double product = 0;
    double square = 0;
    for (int i = 0; i < values.length; i++) {
      square += values[i] * values[i];
      if (i % 32 != 31) {
        product += values[i] * values[i + 1] * 32 / 31;
      }
    }
    assertThat(product / square).isBetween(0.75, 0.95);
  }

  @Test
  void vectorsAreWhiteOfVarianceOneSeed7() {
    double[] moments = moments(ImageNoise.samples(Shape.of(500), 40, 7));
    assertThat(moments[0]).isCloseTo(0, within(0.03));
    assertThat(moments[1]).isCloseTo(1, within(0.03));
  }

  private static double[] moments(float[] values) {
    double sum = 0;
    double square = 0;
    for (float value : values) {
      sum += value;
      square += (double) value * value;
    }
    double mean = sum / values.length;
    return new double[] {mean, square / values.length - mean * mean};
  }
}
