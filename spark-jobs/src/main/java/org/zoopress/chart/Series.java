package org.zoopress.chart;

import java.util.List;

/** A line: its name in the legend, and its points from left to right. */
public record Series(String name, List<Point> points) {

  /** A point in the units of the axes. */
  public record Point(double x, double y) {}
}
