package org.zoopress.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.zoopress.chart.Series.Point;

/**
 * Panels side by side in rows, under one legend, as a self-contained SVG. It brings its own light
 * background, so that it reads the same on a dark page. Lines differ by colour and by the shape of
 * their points.
 */
public final class ChartSheet {
  /** Okabe and Ito's palette, distinguishable with every common kind of colour vision. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195");

  private static final String EMPHASIS_COLOUR = "#1f2328";

  /** Shapes of points around the origin. */
  private static final List<String> SHAPES =
      List.of(
          "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
          "M-3.2 -3.2h6.4v6.4h-6.4z",
          "M0 -4.4l4 7h-8z",
          "M0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z",
          "M0 4.4l4 -7h-8z",
          "M-1.3 -4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z",
          "M-3.7 -2.2l1.5 -1.5l2.2 2.2l2.2 -2.2l1.5 1.5l-2.2 2.2l2.2 2.2l-1.5 1.5l-2.2 -2.2l-2.2 2.2l-1.5 -1.5l2.2 -2.2z");

  private static final int PANEL_WIDTH = 452;
  private static final int PANEL_HEIGHT = 300;
  private static final int LEFT = 62;
  private static final int RIGHT = 16;
  private static final int TOP = 34;
  private static final int BOTTOM = 46;
  private static final int LEGEND_LINE = 22;

  /** Of the font at its size, on average and a little more: texts are not measured. */
  private static final double CHARACTER_WIDTH = 6.9;

  private static final int MARGIN = 12;

  private final String title;
  private final String emphasised;
  private final List<List<Panel>> rows;
  private final List<String> names;
  private final StringBuilder svg = new StringBuilder();

  private ChartSheet(String title, String emphasised, List<List<Panel>> rows) {
    this.title = title;
    this.emphasised = emphasised;
    this.rows = rows;
    Set<String> distinct = new LinkedHashSet<>();
    rows.forEach(row -> row.forEach(panel -> panel.series().forEach(s -> distinct.add(s.name()))));
    this.names = new ArrayList<>(distinct);
  }

  /**
   * Draws.
   *
   * @param title for the heading and for those who hear the picture
   * @param emphasised name of the line that is drawn strong and dark; empty for none
   * @param rows panels from top to bottom, from left to right
   * @return an SVG document
   */
  public static String svg(String title, String emphasised, List<List<Panel>> rows) {
    return new ChartSheet(title, emphasised, rows).draw();
  }

  private String draw() {
    int columns = Math.max(1, rows.stream().mapToInt(List::size).max().orElse(1));
    int width = columns * PANEL_WIDTH + 2 * MARGIN;
    List<Place> legend = legend(width - MARGIN);
    int top = (legend.isEmpty() ? 18 : legend.get(legend.size() - 1).y()) + 14;
    int height = top + rows.size() * PANEL_HEIGHT + MARGIN;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" font-family=\"Helvetica, Arial, DejaVu Sans, sans-serif\" font-size=\"12\" fill=\"#1f2328\">",
        width, height, width, height);
    add("<title>%s</title>", escaped(title));
    defineShapes();
    add("<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#fbfbfa\"/>", width, height);
    add(
        "<text x=\"%d\" y=\"26\" font-size=\"15\" font-weight=\"bold\">%s</text>",
        MARGIN + 8, escaped(title));
    for (int n = 0; n < names.size(); n++) {
      legendItem(n, legend.get(n));
    }
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < rows.get(r).size(); c++) {
        panel(rows.get(r).get(c), MARGIN + c * PANEL_WIDTH, top + r * PANEL_HEIGHT);
      }
    }
    add("</svg>");
    return svg.toString();
  }

  private void defineShapes() {
    add("<defs>");
    for (int n = 0; n < names.size(); n++) {
      // The strong line's points lie below the others' and must show where both coincide.
      int size = names.get(n).equals(emphasised) ? 20 : 12;
      add(
          "<marker id=\"m%d\" viewBox=\"-6 -6 12 12\" markerWidth=\"%d\" markerHeight=\"%d\" markerUnits=\"userSpaceOnUse\" overflow=\"visible\"><path d=\"%s\" fill=\"%s\" stroke=\"#fbfbfa\" stroke-width=\"0.8\"/></marker>",
          n, size, size, SHAPES.get(n % SHAPES.size()), colour(n));
    }
    add("</defs>");
  }

  private record Place(int x, int y) {}

  /** Places of the legend's items, in as many lines as they need. */
  private List<Place> legend(int right) {
    List<Place> places = new ArrayList<>();
    int x = MARGIN + 8;
    int y = 48;
    for (String name : names) {
      int width = 48 + (int) (CHARACTER_WIDTH * name.length());
      if (x + width > right && x > MARGIN + 8) {
        x = MARGIN + 8;
        y += LEGEND_LINE;
      }
      places.add(new Place(x, y));
      x += width;
    }
    return places;
  }

  private void legendItem(int name, Place at) {
    int x = at.x();
    int y = at.y();
    line(name, "%d,%d %d,%d %d,%d".formatted(x, y, x + 13, y, x + 26, y), "mid");
    add("<text x=\"%d\" y=\"%d\">%s</text>", x + 32, y + 4, escaped(names.get(name)));
  }

  private void panel(Panel panel, int x0, int y0) {
    int left = x0 + LEFT;
    int top = y0 + TOP;
    int width = PANEL_WIDTH - LEFT - RIGHT;
    int height = PANEL_HEIGHT - TOP - BOTTOM;
    add(
        "<text x=\"%d\" y=\"%d\" font-size=\"13\" font-weight=\"bold\">%s</text>",
        left, y0 + 22, escaped(panel.title()));
    for (Axis.Tick tick : panel.y().ticks()) {
      double y = top + height * (1 - panel.y().place(tick.value()));
      add("<path d=\"M%d %.1fh%d\" stroke=\"#dddfe2\" fill=\"none\"/>", left, y, width);
      add(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          left - 6, y + 4, escaped(tick.label()));
    }
    for (Axis.Tick tick : panel.x().ticks()) {
      double x = left + width * panel.x().place(tick.value());
      add("<path d=\"M%.1f %dv%d\" stroke=\"#dddfe2\" fill=\"none\"/>", x, top, height);
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x, top + height + 17, escaped(tick.label()));
    }
    add("<path d=\"M%d %dv%dh%d\" stroke=\"#6a7078\" fill=\"none\"/>", left, top, height, width);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        left + width / 2, top + height + 36, escaped(panel.x().title()));
    add(
        "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        x0 + 14, top + height / 2, escaped(panel.y().title()));
    // The strong line first, so that what coincides with it stays visible on top.
    for (Series series : panel.series()) {
      if (series.name().equals(emphasised)) {
        series(panel, series, left, top, width, height);
      }
    }
    for (Series series : panel.series()) {
      if (!series.name().equals(emphasised)) {
        series(panel, series, left, top, width, height);
      }
    }
  }

  private void series(Panel panel, Series series, int left, int top, int width, int height) {
    List<String> points = new ArrayList<>();
    for (Point point : series.points()) {
      if (panel.x().holds(point.x()) && panel.y().holds(point.y())) {
        points.add(
            text(
                "%.1f,%.1f",
                left + width * panel.x().place(point.x()),
                top + height * (1 - panel.y().place(point.y()))));
      }
    }
    if (points.size() == 1) {
      points.add(points.get(0)); // a polyline of one point has no marker in some viewers
    }
    if (!points.isEmpty()) {
      line(names.indexOf(series.name()), String.join(" ", points), "all");
    }
  }

  private void line(int name, String points, String markers) {
    boolean strong = names.get(name).equals(emphasised);
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s marker-mid=\"url(#m%d)\"%s/>",
        points,
        colour(name),
        strong ? "4.5" : "1.7",
        strong ? " stroke-opacity=\"0.45\"" : "",
        name,
        markers.equals("all")
            ? text(" marker-start=\"url(#m%d)\" marker-end=\"url(#m%d)\"", name, name)
            : "");
  }

  private String colour(int name) {
    if (names.get(name).equals(emphasised)) {
      return EMPHASIS_COLOUR;
    }
    int before = (int) names.subList(0, name).stream().filter(n -> !n.equals(emphasised)).count();
    return COLOURS.get(before % COLOURS.size());
  }

  private void add(String format, Object... values) {
    svg.append(text(format, values)).append('\n');
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Names come from files of strangers: what XML cannot hold at all becomes a question mark. */
  static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                switch (c) {
                  case '&' -> "&amp;";
                  case '<' -> "&lt;";
                  case '>' -> "&gt;";
                  case '"' -> "&quot;";
                  default ->
                      c < ' '
                              || c == 0x7F
                              || c == 0xFFFE
                              || c == 0xFFFF
                              || (c >= 0xD800 && c <= 0xDFFF)
                          ? "?"
                          : Character.toString(c);
                })
        .collect(java.util.stream.Collectors.joining());
  }
}
