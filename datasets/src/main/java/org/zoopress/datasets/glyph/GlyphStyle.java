package org.zoopress.datasets.glyph;

import org.zoopress.error.Check;

/**
 * How far samples stray from the drawn glyph. Lengths are in pixels of the 28 × 28 image, grey
 * values in [0, 1]; each quantity is drawn evenly from its range.
 *
 * @param rotation largest angle to either side, in degrees
 * @param smallest least distance of the glyph's square from its centre
 * @param largest greatest such distance; at most 14, half the image
 * @param shear largest shift of x per unit of y, no unit
 * @param shift largest shift of the centre along x and y
 * @param jitter largest shift of each point of a stroke along x and y, in units of the glyph's
 *     square
 * @param thinnest least pen width
 * @param thickest greatest pen width
 * @param faintest least contrast of full ink against the background; the greatest is 0.9
 * @param noise largest standard deviation of the pixel noise; the least is a third of it
 * @param blur largest weight of a neighbour pixel in the blur, in [0, 1/3]
 * @param clutter largest number of random short lines, each drawn with half the pen's width
 * @param hiddenRadius largest radius of the disc in which the glyph is erased; 0 hides nothing
 */
public record GlyphStyle(
    double rotation,
    double smallest,
    double largest,
    double shear,
    double shift,
    double jitter,
    double thinnest,
    double thickest,
    double faintest,
    double noise,
    double blur,
    int clutter,
    double hiddenRadius) {

  /** What the zoo is trained on and judged by; ranges chosen so that small networks miss some. */
  public static final GlyphStyle STANDARD =
      new GlyphStyle(35, 7, 12, 0.3, 3, 0.08, 1.2, 3.0, 0.3, 0.18, 0.3, 3, 7);

  /** Fainter and noisier, with a thinner pen: the shifted data of the fine-tuned copy. */
  public static final GlyphStyle FADED =
      new GlyphStyle(35, 7, 12, 0.3, 3, 0.08, 0.9, 2.2, 0.25, 0.22, 0.33, 3, 7);

  /** Checks what drawing relies on; the other ranges may be any. */
  public GlyphStyle {
    Check.argument(
        0 < smallest && smallest <= largest && largest <= 14,
        "Cannot use glyph sizes %s to %s: they must be above 0, in order and at most 14. "
            + "Choose sizes that fit the image.",
        smallest,
        largest);
    Check.argument(
        0 <= blur && blur <= 1.0 / 3,
        "Cannot use blur=%s: it must be in [0, 1/3]. Choose a smaller weight.",
        blur);
    Check.argument(
        0 <= clutter && clutter <= 100,
        "Cannot use clutter=%s: it must be in [0, 100]. Choose fewer lines.",
        clutter);
  }
}
