package org.zoopress.evaluate;

/** One image as stored and its label. The pixel array may be reused for the next sample. */
final class RawSample {
  /** Unsigned bytes, channel planes, row-major: C × H × W. */
  final byte[] pixels;

  final int channels;
  final int height;
  final int width;
  final int label;

  RawSample(byte[] pixels, int channels, int height, int width, int label) {
    this.pixels = pixels;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.label = label;
  }
}
