package org.zoopress.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.autograd.Tensors;
import org.zoopress.network.Attributes;
import org.zoopress.network.NetworkLayer;
import org.zoopress.network.NetworkNode;
import org.zoopress.tensor.Shape;

class InputMomentsTest {
  private static final int SAMPLES = 5;
  private static final int SIZE = 6;
  private static final int KERNEL = 3;

  /** Against textbook loops, with zeros above and left only, as TensorFlow's exports have them. */
  @ParameterizedTest(name = "groups {0}, stride {1}, seed {2}")
  @CsvSource({"1, 1, 3", "2, 1, 4", "4, 2, 5"})
  void equalsLoopsOverPlaces(int groups, int stride, long seed) {
    Random random = new Random(seed);
    int channels = 4;
    int inputs = channels / groups;
    int outputs = 4;
    int places = (SIZE + 1 - KERNEL) / stride + 1;
    int n = inputs * KERNEL * KERNEL;
    float[] x = random(random, SAMPLES * channels * SIZE * SIZE);
    float[] y = random(random, SAMPLES * outputs * places * places);
    float[] w = random(random, outputs * n);
    NetworkLayer layer =
        new NetworkLayer(
            0,
            "w",
            Shape.of(outputs, inputs, KERNEL, KERNEL),
            false,
            groups,
            Optional.empty(),
            "x",
            "y",
            Optional.empty(),
            "y");
    Attributes attributes =
        new Attributes(
            Map.of(
                "pads", List.of(1L, 1L, 0L, 0L), "strides", List.of((long) stride, (long) stride)),
            Map.of(),
            Map.of());
    NetworkNode node = new NetworkNode(0, "", "Conv", List.of("x", "w"), List.of("y"), attributes);
    InputMoments moments;
    try (PointerScope scope = new PointerScope()) {
      moments =
          InputMoments.of(
              layer,
              new PlaceColumns(
                  layer,
                  node,
                  Tensors.of(x, SAMPLES, channels, SIZE, SIZE),
                  Tensors.of(y, SAMPLES, outputs, places, places)),
              w);
    }
    int perGroup = outputs / groups;
    for (int g = 0; g < groups; g++) {
      double[] h = new double[n * n];
      double[] d = new double[perGroup * n];
      for (int s = 0; s < SAMPLES; s++) {
        for (int p = 0; p < places * places; p++) {
          double[] patch = patch(x, s, g * inputs, inputs, channels, p, places, stride);
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              h[i * n + j] += patch[i] * patch[j] / SAMPLES / places / places;
            }
          }
          for (int o = 0; o < perGroup; o++) {
            int output = g * perGroup + o;
            double lacking = y[(s * outputs + output) * places * places + p];
            for (int i = 0; i < n; i++) {
              lacking -= w[output * n + i] * patch[i];
            }
            for (int i = 0; i < n; i++) {
              d[o * n + i] += lacking * patch[i] / SAMPLES / places / places;
            }
          }
        }
      }
      assertThat(moments.gram()[g]).containsExactly(h, within(1e-4));
      assertThat(moments.drift()[g]).containsExactly(d, within(1e-3));
    }
  }

  private static double[] patch(
      float[] x, int s, int first, int inputs, int channels, int place, int places, int stride) {
    double[] patch = new double[inputs * KERNEL * KERNEL];
    int next = 0;
    for (int c = first; c < first + inputs; c++) {
      for (int i = 0; i < KERNEL; i++) {
        for (int j = 0; j < KERNEL; j++) {
          int row = place / places * stride + i - 1;
          int column = place % places * stride + j - 1;
          boolean inside = row >= 0 && row < SIZE && column >= 0 && column < SIZE;
          patch[next++] = inside ? x[((s * channels + c) * SIZE + row) * SIZE + column] : 0;
        }
      }
    }
    return patch;
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
