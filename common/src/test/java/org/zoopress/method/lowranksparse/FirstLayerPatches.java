package org.zoopress.method.lowranksparse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Assumptions;
import org.zoopress.method.TestWeights;
import org.zoopress.tensor.WeightPartition;

/** What ResNet-20's second convolution sees: 3×3 patches of relu(bn1(conv1(image))). */
final class FirstLayerPatches {
  private static final int SIDE = 32;
  private static final int CHANNELS = 16;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  /** Every fourth row and column: neighbouring patches tell little new. */
  private static final int STRIDE = 4;

  private final Map<String, float[]> tensors;

  private FirstLayerPatches(Map<String, float[]> tensors) {
    this.tensors = tensors;
  }

  static FirstLayerPatches ofResNet20() {
    return new FirstLayerPatches(
        TestWeights.network("cifar10_resnet/resnet20").stream()
            .filter(w -> w.tensor().startsWith("conv1.") || w.tensor().startsWith("bn1."))
            .filter(w -> w.dtype().compressible())
            .collect(Collectors.toMap(WeightPartition::tensor, WeightPartition::values)));
  }

  /**
   * @param file CIFAR binary in the data pack
   * @return 144 × patches; rows in the order of a filter's weights
   */
  DenseMatrix of(String file, int images) {
    Path path = Path.of(System.getProperty("zoopress.test.data", "none"), file);
    Assumptions.assumeTrue(Files.exists(path), () -> "needs the data pack: " + path);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int perImage = (SIDE / STRIDE) * (SIDE / STRIDE);
    int rows = CHANNELS * 9;
    double[] patches = new double[rows * perImage * images];
    for (int image = 0; image < images; image++) {
      float[] activations = activations(bytes, image);
      for (int p = 0; p < perImage; p++) {
        int y = p / (SIDE / STRIDE) * STRIDE;
        int x = p % (SIDE / STRIDE) * STRIDE;
        for (int r = 0; r < rows; r++) {
          patches[(image * perImage + p) * rows + r] =
              at(activations, r / 9, y + r % 9 / 3 - 1, x + r % 3 - 1);
        }
      }
    }
    return new DenseMatrix(rows, perImage * images, patches);
  }

  private float[] activations(byte[] bytes, int image) {
    float[] pixels = new float[3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / (SIDE * SIDE);
      float value = (bytes[image * 3073 + 1 + i] & 0xFF) / 255f;
      pixels[i] = (value - MEAN[channel]) / DEVIATION[channel];
    }
    Function<String, float[]> of = tensors::get;
    float[] filters = of.apply("conv1.weight");
    float[] out = new float[CHANNELS * SIDE * SIDE];
    for (int o = 0; o < CHANNELS; o++) {
      double gain = of.apply("bn1.weight")[o] / Math.sqrt(of.apply("bn1.running_var")[o] + 1e-5);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          double sum = -of.apply("bn1.running_mean")[o];
          for (int k = 0; k < 27; k++) {
            sum += filters[o * 27 + k] * at(pixels, k / 9, y + k % 9 / 3 - 1, x + k % 3 - 1);
          }
          out[(o * SIDE + y) * SIDE + x] =
              (float) Math.max(0, gain * sum + of.apply("bn1.bias")[o]);
        }
      }
    }
    return out;
  }

  private static float at(float[] planes, int channel, int y, int x) {
    return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : planes[(channel * SIDE + y) * SIDE + x];
  }
}
