package org.zoopress.evaluate;

import java.nio.FloatBuffer;
import java.util.List;
import org.zoopress.error.Check;

/**
 * Applies {@link Preprocess} to stored samples. There are only 256 possible values a channel, so (x
 * / scale − mean) / std is tabulated in double and rounded once.
 */
final class Preprocessor {
  private final Preprocess settings;
  private final int channels;
  private final float[][] table;

  /**
   * @param dataset for messages
   * @param channels of the stored images
   */
  Preprocessor(Preprocess settings, String dataset, int channels) {
    this.settings = settings;
    this.channels = channels;
    this.table = new float[channels][256];
    for (int c = 0; c < channels; c++) {
      double mean = ofChannel(settings.mean(), c, "mean", dataset);
      double std = ofChannel(settings.std(), c, "std", dataset);
      for (int x = 0; x < 256; x++) {
        table[c][x] = (float) ((x / settings.scale() - mean) / std);
      }
    }
  }

  private double ofChannel(List<Double> values, int channel, String key, String dataset) {
    Check.argument(
        values.size() == 1 || values.size() == channels,
        "Cannot preprocess data set %s: preprocess.%s has %d numbers, its images have %d channel(s)."
            + " Give one number, or one a channel.",
        dataset,
        key,
        values.size(),
        channels);
    return values.get(values.size() == 1 ? 0 : channel);
  }

  /**
   * Shape of a preprocessed image.
   *
   * @param image for messages
   */
  SampleShape shapeOf(String image, int height, int width) {
    int crop = settings.crop();
    Check.argument(
        crop <= Math.min(height, width),
        "Cannot crop %s: it is %d pixels wide and %d high, preprocess.crop asks for %d."
            + " Lower preprocess.crop, or use larger images.",
        image,
        width,
        height,
        crop);
    return crop == 0
        ? new SampleShape(channels, height, width, settings.layout())
        : new SampleShape(channels, crop, crop, settings.layout());
  }

  /** Appends one sample of the given shape to the target. */
  void append(RawSample sample, SampleShape shape, FloatBuffer target) {
    int top = (sample.height - shape.height()) / 2;
    int left = (sample.width - shape.width()) / 2;
    int plane = sample.height * sample.width;
    if (shape.layout() == PixelLayout.NCHW) {
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < shape.height(); y++) {
          int row = c * plane + (top + y) * sample.width + left;
          for (int x = 0; x < shape.width(); x++) {
            target.put(table[c][sample.pixels[row + x] & 0xFF]);
          }
        }
      }
    } else {
      for (int y = 0; y < shape.height(); y++) {
        int row = (top + y) * sample.width + left;
        for (int x = 0; x < shape.width(); x++) {
          for (int c = 0; c < channels; c++) {
            target.put(table[c][sample.pixels[c * plane + row + x] & 0xFF]);
          }
        }
      }
    }
  }
}
