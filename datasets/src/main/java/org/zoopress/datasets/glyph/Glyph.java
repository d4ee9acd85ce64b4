package org.zoopress.datasets.glyph;

import java.util.List;

/**
 * The classes, drawn by this project; the label is the ordinal. Several pairs differ in one detail
 * only (a gap, a corner, a tooth), so that noise and hidden parts cost accuracy.
 */
public enum Glyph {
  /** A closed circle. */
  RING(Stroke.arc(0, 0, 0.85, 0, 360)),
  /** A circle open at the bottom. */
  HORSESHOE(Stroke.arc(0, 0, 0.85, 125, 415)),
  /** A closed circle with a bar across. */
  BARRED_RING(Stroke.arc(0, 0, 0.85, 0, 360), Stroke.line(-0.85, 0, 0.85, 0)),
  /** A spiral of a turn and a half. */
  SPIRAL(Stroke.spiral(0, 0, 0.1, 0.95, 0, 560)),
  /** A triangle that stands on its base. */
  TRIANGLE(Stroke.line(0, -0.9, 0.9, 0.7, -0.9, 0.7, 0, -0.9)),
  /** The same triangle without its base, with a shaft: an arrow upwards. */
  ARROW(Stroke.line(-0.75, -0.1, 0, -0.95, 0.75, -0.1), Stroke.line(0, -0.9, 0, 0.95)),
  /** An upright shaft that ends in three prongs. */
  TRIDENT(Stroke.line(-0.7, -0.9, -0.7, 0, 0.7, 0, 0.7, -0.9), Stroke.line(0, -0.9, 0, 0.95)),
  /** Two triangles, tip to tip. */
  HOURGLASS(Stroke.line(-0.75, -0.9, 0.75, -0.9, -0.75, 0.9, 0.75, 0.9, -0.75, -0.9)),
  /** A zigzag of three strokes: the hourglass without its flanks. */
  ZIGZAG(Stroke.line(-0.75, -0.9, 0.75, -0.9, -0.75, 0.9, 0.75, 0.9)),
  /** Two half circles that join into an S, mirrored: the zigzag with round corners. */
  SWAN(Stroke.arc(0, -0.45, 0.45, -170, 90), Stroke.arc(0, 0.45, 0.45, -90, -280));

  private final List<Stroke> strokes;

  Glyph(Stroke... strokes) {
    this.strokes = List.of(strokes);
  }

  /** The strokes in the square [-1, 1]². */
  List<Stroke> strokes() {
    return strokes;
  }
}
