/**
 * Glyphs: an image classification task that needs no download and has unlimited samples.
 *
 * <p>Sample i of a split is a pure function of (seed, style, split, i). Its label is i mod {@value
 * org.zoopress.datasets.glyph.GlyphGenerator#CLASSES}, so every prefix of a split is balanced. The
 * image is made in this order:
 *
 * <ol>
 *   <li>the strokes of the class ({@link org.zoopress.datasets.glyph.Glyph}), points jittered one
 *       by one, then sheared, scaled, rotated and shifted;
 *   <li>drawn as ink in [0, 1] with anti-aliased round-ended lines ({@link
 *       org.zoopress.datasets.glyph.InkCanvas}), perhaps with clutter strokes and a gap that hides
 *       a part;
 *   <li>blurred, put with random contrast on a background with a brightness ramp, noise added;
 *   <li>rounded to {@value org.zoopress.datasets.glyph.GlyphGenerator#GREY_LEVELS} grey levels: the
 *       noise of 256 levels would make the shipped test set three times as large and teach nothing.
 * </ol>
 *
 * <p>All arithmetic is plain IEEE double with {@link java.lang.StrictMath}, and randomness comes
 * from {@link java.util.SplittableRandom} through its 53-bit doubles only: the same bytes on every
 * machine.
 */
package org.zoopress.datasets.glyph;
