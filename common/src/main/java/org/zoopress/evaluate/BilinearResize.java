package org.zoopress.evaluate;

/**
 * Separable bilinear resampling with antialiasing: an output pixel is the mean of the input pixels
 * around its centre, weighted by a triangle as wide as the reduction factor (at least 1 pixel) to
 * each side; columns first, then rows, each rounded to a byte. This is the scheme of Pillow's
 * {@code resize}, on whose images most published networks were trained. Pillow's weights are
 * fixed-point numbers of 22 bits, so that a pixel may differ by one level.
 */
final class BilinearResize {
  private BilinearResize() {}

  /** The same sample if it has that size already. */
  static RawSample apply(RawSample sample, int height, int width) {
    RawSample result = sample;
    if (width != sample.width) {
      byte[] out = new byte[sample.channels * sample.height * width];
      int lines = sample.channels * sample.height;
      Taps taps = new Taps(sample.width, width);
      for (int line = 0; line < lines; line++) {
        taps.apply(sample.pixels, line * sample.width, 1, out, line * width, 1);
      }
      result = new RawSample(out, sample.channels, sample.height, width, sample.label);
    }
    if (height != sample.height) {
      byte[] out = new byte[sample.channels * height * width];
      Taps taps = new Taps(sample.height, height);
      for (int c = 0; c < sample.channels; c++) {
        for (int x = 0; x < width; x++) {
          taps.apply(
              result.pixels,
              c * sample.height * width + x,
              width,
              out,
              c * height * width + x,
              width);
        }
      }
      result = new RawSample(out, sample.channels, height, width, sample.label);
    }
    return result;
  }

  /** The weights of one direction, the same for every line. */
  private static final class Taps {
    private final int[] first;
    private final double[][] weights;

    Taps(int from, int to) {
      first = new int[to];
      weights = new double[to][];
      double scale = (double) from / to;
      double support = Math.max(1, scale);
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        int begin = Math.max(0, (int) (centre - support + 0.5));
        int end = Math.min(from, (int) (centre + support + 0.5));
        double[] row = new double[end - begin];
        double sum = 0;
        for (int k = 0; k < row.length; k++) {
          row[k] = Math.max(0, 1 - Math.abs(begin + k + 0.5 - centre) / support);
          sum += row[k];
        }
        for (int k = 0; k < row.length; k++) {
          row[k] /= sum;
        }
        first[i] = begin;
        weights[i] = row;
      }
    }

    void apply(byte[] in, int inStart, int inStep, byte[] out, int outStart, int outStep) {
      for (int i = 0; i < weights.length; i++) {
        double[] row = weights[i];
        int position = inStart + first[i] * inStep;
        double sum = 0.5; // rounds to nearest: weights are positive and sum to 1
        for (double weight : row) {
          sum += weight * (in[position] & 0xFF);
          position += inStep;
        }
        out[outStart + i * outStep] = (byte) Math.min(255, (int) sum);
      }
    }
  }
}
