package org.zoopress.datasets.training;

import org.bytedeco.pytorch.Tensor;
import org.zoopress.datasets.glyph.GlyphGenerator;
import org.zoopress.datasets.glyph.LabelledImage;
import org.zoopress.datasets.glyph.Split;

/**
 * Consecutive samples as network input.
 *
 * @param pixels batch · 784 grey values divided by 255, row-major
 * @param labels one a sample
 */
record Batch(float[] pixels, long[] labels) {
  private static final int AREA = GlyphGenerator.SIDE * GlyphGenerator.SIDE;

  /** Samples {@code from} … {@code from + size − 1} of a split. */
  static Batch of(GlyphGenerator generator, Split split, long from, int size) {
    float[] pixels = new float[size * AREA];
    long[] labels = new long[size];
    for (int i = 0; i < size; i++) {
      LabelledImage image = generator.sample(split, from + i);
      labels[i] = image.label();
      for (int p = 0; p < AREA; p++) {
        pixels[i * AREA + p] = (image.pixels()[p] & 0xff) / 255f;
      }
    }
    return new Batch(pixels, labels);
  }

  int size() {
    return labels.length;
  }

  /** The images, (batch, 1, 28, 28), in native memory of the innermost scope. */
  Tensor images() {
    return Tensor.create(pixels, size(), 1, GlyphGenerator.SIDE, GlyphGenerator.SIDE);
  }

  /** The labels, (batch), in native memory of the innermost scope. */
  Tensor targets() {
    return Tensor.create(labels, (long) size());
  }
}
