package org.zoopress.evaluate;

import java.nio.FloatBuffer;
import java.util.List;
import org.zoopress.error.Check;

/**
 * Applies {@link Preprocess} to stored samples. There are only 256 possible values a channel, so (x
 * / scale − mean) / std is tabulated in double and rounded once.
 */
final class Preprocessor {
  /** Of a resized image: a thin strip of an image would become a very long one. */
  private static final long MAX_PIXELS = 1L << 26;

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
    long[] size = sizeAfterResize(height, width);
    Check.argument(
        size[1] <= MAX_PIXELS / Math.max(1, size[0]),
        "Cannot resize %s: it is %d pixels wide and %d high, preprocess.resize = %d would make it"
            + " %d x %d. Lower preprocess.resize, or leave the image out.",
        image,
        width,
        height,
        settings.resize(),
        size[1],
        size[0]);
    int crop = settings.crop();
    Check.argument(
        crop <= Math.min(size[0], size[1]),
        "Cannot crop %s: it is %d pixels wide and %d high, preprocess.crop asks for %d."
            + " Lower preprocess.crop, set preprocess.resize, or use larger images.",
        image,
        size[1],
        size[0],
        crop);
    return crop == 0
        ? new SampleShape(channels, (int) size[0], (int) size[1], settings.layout())
        : new SampleShape(channels, crop, crop, settings.layout());
  }

  /** Height and width; the longer side is rounded down, as torchvision does. */
  private long[] sizeAfterResize(int height, int width) {
    long side = settings.resize();
    if (side == 0) {
      return new long[] {height, width};
    }
    return height <= width
        ? new long[] {side, side * width / height}
        : new long[] {side * height / width, side};
  }

  /**
   * Appends one sample of the given shape to the target; {@link #shapeOf} has accepted its size.
   */
  void append(RawSample stored, SampleShape shape, FloatBuffer target) {
    long[] size = sizeAfterResize(stored.height, stored.width);
    RawSample sample = BilinearResize.apply(stored, (int) size[0], (int) size[1]);
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
