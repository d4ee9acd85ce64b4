package org.zoopress.datasets.glyph;

import java.util.Arrays;
import java.util.List;

/** A square of ink amounts in [0, 1], row-major; pixel (x, y) has its centre at (x + ½, y + ½). */
final class InkCanvas {
  private final int side;
  private double[] ink;

  InkCanvas(int side) {
    this.side = side;
    this.ink = new double[side * side];
  }

  double at(int x, int y) {
    return ink[y * side + x];
  }

  /**
   * Draws a line with round ends. A pixel at distance d from the line gets ink min(1, max(0, width
   * / 2 + ½ − d)): a ramp of one pixel around the edge, the box filter's answer for an edge along
   * the grid. Where strokes cross the larger amount wins.
   *
   * @param width pen width in pixels
   */
  void draw(Stroke stroke, double width) {
    List<Point> points = stroke.points();
    for (int i = 1; i < points.size(); i++) {
      drawSegment(points.get(i - 1), points.get(i), width);
    }
  }

  private void drawSegment(Point a, Point b, double width) {
    double reach = width / 2 + 0.5;
    int left = clamp(StrictMath.min(a.x(), b.x()) - reach - 0.5);
    int right = clamp(StrictMath.max(a.x(), b.x()) + reach - 0.5);
    int top = clamp(StrictMath.min(a.y(), b.y()) - reach - 0.5);
    int bottom = clamp(StrictMath.max(a.y(), b.y()) + reach - 0.5);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double amount = StrictMath.min(1, reach - distance(x + 0.5, y + 0.5, a, b));
        int pixel = y * side + x;
        ink[pixel] = StrictMath.max(ink[pixel], amount);
      }
    }
  }

  /** The nearest pixel column or row that exists; rounding outwards is the caller's reach. */
  private int clamp(double coordinate) {
    return (int) StrictMath.max(0, StrictMath.min(side - 1, StrictMath.rint(coordinate)));
  }

  private static double distance(double x, double y, Point a, Point b) {
    double dx = b.x() - a.x();
    double dy = b.y() - a.y();
    double squaredLength = dx * dx + dy * dy;
    double along = squaredLength == 0 ? 0 : ((x - a.x()) * dx + (y - a.y()) * dy) / squaredLength;
    double nearest = StrictMath.max(0, StrictMath.min(1, along));
    double ex = x - a.x() - nearest * dx;
    double ey = y - a.y() - nearest * dy;
    return StrictMath.sqrt(ex * ex + ey * ey);
  }

  /** Removes all ink within the radius (pixels) of the centre, with an anti-aliased edge. */
  void eraseDisc(Point centre, double radius) {
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double outside = distance(x + 0.5, y + 0.5, centre, centre) - radius + 0.5;
        ink[y * side + x] *= StrictMath.max(0, StrictMath.min(1, outside));
      }
    }
  }

  /**
   * Convolves rows and columns with (b, 1 − 2b, b), where ink beyond the border is none.
   *
   * @param b weight of the neighbour, in [0, 1/3]; 0 leaves the canvas as it is
   */
  void blur(double b) {
    ink = blurred(blurred(ink, 1, b), side, b);
  }

  private double[] blurred(double[] from, int step, double b) {
    double[] to = new double[from.length];
    Arrays.setAll(
        to,
        i -> {
          int position = (i / step) % side;
          double before = position == 0 ? 0 : from[i - step];
          double after = position == side - 1 ? 0 : from[i + step];
          return (1 - 2 * b) * from[i] + b * (before + after);
        });
    return to;
  }
}
