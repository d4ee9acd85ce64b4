package org.zoopress.datafree;

import java.util.Random;
import org.zoopress.tensor.Shape;

/**
 * Noise with the spectrum of images: mostly large spots, some grain.
 *
 * <p>For inputs of three modes (C, H, W) with H and W of {@value #COARSE} at least, each channel is
 * a {@value #COARSE}×{@value #COARSE} grid of Gaussian noise of variance one, brought to H×W by
 * cubic interpolation (Keys' kernel, a = −0.75, half-pixel centres, edges repeated), plus white
 * noise of standard deviation {@value #GRAIN}. Inputs of any other shape are white noise of
 * variance one.
 *
 * @see <a href="https://doi.org/10.1109/TASSP.1981.1163711">Keys, Cubic convolution interpolation
 *     for digital image processing, 1981</a>
 */
final class ImageNoise {
  static final int COARSE = 8;
  static final double GRAIN = 0.3;

  private static final double KEYS = -0.75;
  private static final int TAPS = 4;

  private ImageNoise() {}

  /**
   * Samples one after the other.
   *
   * @param sample shape of one, without the batch
   * @param seed sample k of a seed is the same whatever the number of samples
   */
  static float[] samples(Shape sample, int count, long seed) {
    int size = Math.toIntExact(sample.elements());
    float[] values = new float[Math.multiplyExact(count, size)];
    boolean image = sample.rank() == 3 && sample.dim(1) >= COARSE && sample.dim(2) >= COARSE;
    for (int k = 0; k < count; k++) {
      Random random = new Random(seed + 0x9E3779B97F4A7C15L * (k + 1));
      if (image) {
        image(sample, random, values, k * size);
      } else {
        for (int i = 0; i < size; i++) {
          values[k * size + i] = (float) random.nextGaussian();
        }
      }
    }
    return values;
  }

  private static void image(Shape sample, Random random, float[] values, int from) {
    int height = (int) sample.dim(1);
    int width = (int) sample.dim(2);
    double[] vertical = weights(height);
    double[] horizontal = weights(width);
    double[] grid = new double[COARSE * COARSE];
    double[] rows = new double[height * COARSE];
    int next = from;
    for (int channel = 0; channel < sample.dim(0); channel++) {
      for (int i = 0; i < grid.length; i++) {
        grid[i] = random.nextGaussian();
      }
      for (int y = 0; y < height; y++) {
        for (int j = 0; j < COARSE; j++) {
          double sum = 0;
          for (int i = 0; i < COARSE; i++) {
            sum += vertical[y * COARSE + i] * grid[i * COARSE + j];
          }
          rows[y * COARSE + j] = sum;
        }
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double sum = GRAIN * random.nextGaussian();
          for (int j = 0; j < COARSE; j++) {
            sum += horizontal[x * COARSE + j] * rows[y * COARSE + j];
          }
          values[next++] = (float) sum;
        }
      }
    }
  }

  /** What each of the coarse positions contributes to each of {@code size}; rows add up to one. */
  private static double[] weights(int size) {
    double[] weights = new double[size * COARSE];
    for (int k = 0; k < size; k++) {
      double centre = (k + 0.5) * COARSE / size - 0.5;
      int first = (int) Math.floor(centre) - 1;
      for (int tap = first; tap < first + TAPS; tap++) {
        int position = Math.max(0, Math.min(COARSE - 1, tap));
        weights[k * COARSE + position] += kernel(Math.abs(centre - tap));
      }
    }
    return weights;
  }

  private static double kernel(double distance) {
    double d = distance;
    if (d <= 1) {
      return ((KEYS + 2) * d - (KEYS + 3)) * d * d + 1;
    }
    return d < 2 ? ((KEYS * d - 5 * KEYS) * d + 8 * KEYS) * d - 4 * KEYS : 0;
  }
}
