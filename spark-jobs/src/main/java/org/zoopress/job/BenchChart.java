package org.zoopress.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.zoopress.chart.Axis;
import org.zoopress.chart.ChartSheet;
import org.zoopress.chart.Panel;
import org.zoopress.chart.Series;
import org.zoopress.job.BenchReport.Row;

/** Error and agreement over size as a picture: two panels a model, a line a method. */
final class BenchChart {
  /** Keeps the file small enough to be shown in a page; the table has all models. */
  private static final int MAX_MODELS = 8;

  private static final String BITS = "stored bits per weight";

  private BenchChart() {}

  /** An SVG document; of several data sets of a model the first is drawn. */
  static String svg(List<Row> rows) {
    Set<String> models = new LinkedHashSet<>();
    rows.stream().filter(Row::ok).forEach(row -> models.add(row.model()));
    List<List<Panel>> sheet = new ArrayList<>();
    for (String model : models.stream().limit(MAX_MODELS).toList()) {
      sheet.add(panels(model, rows.stream().filter(r -> r.model().equals(model)).toList()));
    }
    String title =
        models.size() <= MAX_MODELS
            ? "Error and agreement with the original by size"
            : "Error and agreement with the original by size: the first %d of %d models"
                .formatted(MAX_MODELS, models.size());
    return ChartSheet.svg(title, BenchReport.ALL_METHODS, sheet);
  }

  private static List<Panel> panels(String model, List<Row> rows) {
    Optional<String> dataset =
        rows.stream().flatMap(r -> r.evaluation().stream()).map(e -> e.dataset()).findFirst();
    List<Row> drawn =
        rows.stream()
            .filter(Row::ok)
            .filter(r -> r.evaluation().map(e -> dataset.get().equals(e.dataset())).orElse(true))
            .toList();
    Axis bits = Axis.linear(BITS, drawn.stream().map(Row::bitsPerWeight).toList());
    List<Panel> panels = new ArrayList<>();
    panel(
            model + ": relative error",
            bits,
            values -> Axis.logarithmic("‖W−Ŵ‖² / ‖W‖²", values),
            drawn,
            row -> row.relativeError() > 0 ? Optional.of(row.relativeError()) : Optional.empty())
        .ifPresent(panels::add);
    panel(
            model + dataset.map(name -> ": agreement on " + name).orElse(""),
            bits,
            values -> Axis.shares("same answer as the original, %", values),
            drawn,
            row -> row.evaluation().map(EvaluateReport.Evaluation::agreement))
        .ifPresent(panels::add);
    return panels;
  }

  private static Optional<Panel> panel(
      String title,
      Axis bits,
      Function<List<Double>, Axis> axis,
      List<Row> rows,
      Function<Row, Optional<Double>> value) {
    Map<String, List<Series.Point>> lines = new LinkedHashMap<>();
    List<Double> values = new ArrayList<>();
    for (Row row : rows) {
      Optional<Double> y = value.apply(row);
      if (y.isPresent()) {
        values.add(y.get());
        lines
            .computeIfAbsent(row.method(), method -> new ArrayList<>())
            .add(new Series.Point(row.bitsPerWeight(), y.get()));
      }
    }
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<Series> series = new ArrayList<>();
    lines.forEach((method, points) -> series.add(new Series(method, points)));
    return Optional.of(new Panel(title, bits, axis.apply(values), series));
  }
}
