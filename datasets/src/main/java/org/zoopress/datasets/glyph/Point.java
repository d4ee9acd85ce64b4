package org.zoopress.datasets.glyph;

/**
 * A point of the plane; x to the right, y down. Glyph strokes lie in the square [-1, 1]², drawn
 * strokes are in pixels from the upper left corner.
 */
record Point(double x, double y) {

  /** The point on a circle; angle in degrees, clockwise from the positive x axis. */
  static Point polar(double centreX, double centreY, double radius, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    return new Point(
        centreX + radius * StrictMath.cos(angle), centreY + radius * StrictMath.sin(angle));
  }
}
