package org.zoopress.datasets.glyph;

/**
 * One sample.
 *
 * @param pixels 28 · 28 unsigned grey values, row-major, 0 black; owned by the receiver
 * @param label ordinal of the {@link Glyph}
 */
public record LabelledImage(byte[] pixels, int label) {}
