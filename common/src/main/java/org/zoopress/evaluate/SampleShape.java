package org.zoopress.evaluate;

import java.io.Serializable;

/**
 * Size of one preprocessed sample and the order of its modes.
 *
 * @param channels C, at least 1
 * @param height H, at least 1
 * @param width W, at least 1
 */
public record SampleShape(int channels, int height, int width, PixelLayout layout)
    implements Serializable {
  /** Refuses empty and overflowing shapes with {@link IllegalArgumentException}. */
  public SampleShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "no sample of %d x %d x %d".formatted(channels, height, width));
    }
    Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** Floats of one sample, C · H · W. */
  public int elements() {
    return channels * height * width;
  }

  /** Mode sizes of {@code count} samples: (N, C, H, W) or (N, H, W, C). */
  public long[] tensorShape(long count) {
    return layout == PixelLayout.NCHW
        ? new long[] {count, channels, height, width}
        : new long[] {count, height, width, channels};
  }

  /** For people, in the order of the layout: {@code 3x32x32 (nchw)}. */
  @Override
  public String toString() {
    long[] shape = tensorShape(1);
    return "%dx%dx%d (%s)".formatted(shape[1], shape[2], shape[3], layout.label());
  }
}
