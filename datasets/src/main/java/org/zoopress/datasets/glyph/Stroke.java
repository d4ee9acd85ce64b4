package org.zoopress.datasets.glyph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A pen stroke: straight lines from point to point. Curves are polylines fine enough (no turn above
 * 15°) that the corners vanish at 28 pixels.
 */
record Stroke(List<Point> points) {

  Stroke {
    points = List.copyOf(points);
  }

  /** A polyline; coordinates x, y, x, y, …. */
  static Stroke line(double... coordinates) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < coordinates.length; i += 2) {
      points.add(new Point(coordinates[i], coordinates[i + 1]));
    }
    return new Stroke(points);
  }

  /**
   * An arc of a circle from one angle to another, in degrees clockwise from the positive x axis.
   */
  static Stroke arc(double centreX, double centreY, double radius, double from, double to) {
    return spiral(centreX, centreY, radius, radius, from, to);
  }

  /** An arc whose radius grows linearly with the angle. */
  static Stroke spiral(
      double centreX, double centreY, double fromRadius, double toRadius, double from, double to) {
    int pieces = (int) StrictMath.ceil(StrictMath.abs(to - from) / 15);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i <= pieces; i++) {
      double t = (double) i / pieces;
      double radius = fromRadius + t * (toRadius - fromRadius);
      points.add(Point.polar(centreX, centreY, radius, from + t * (to - from)));
    }
    return new Stroke(points);
  }

  /** The stroke with every point moved by the same rule. */
  Stroke map(UnaryOperator<Point> rule) {
    return new Stroke(points.stream().map(rule).toList());
  }
}
