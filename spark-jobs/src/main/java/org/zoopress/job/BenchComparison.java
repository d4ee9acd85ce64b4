package org.zoopress.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.zoopress.job.BenchReport.Row;

/** All methods together against each alone. */
final class BenchComparison {
  private BenchComparison() {}

  /** A line a model, in order of the rows; none if methods were not tried together. */
  static List<BenchReport.Comparison> of(List<Row> rows) {
    Map<String, TreeMap<Double, List<Row>>> models = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.ok()) {
        models
            .computeIfAbsent(row.model(), model -> new TreeMap<>())
            .computeIfAbsent(-row.budgetBits(), bits -> new ArrayList<>())
            .add(row);
      }
    }
    List<BenchReport.Comparison> comparisons = new ArrayList<>();
    models.forEach(
        (model, budgets) -> {
          BenchReport.Comparison comparison = compare(model, budgets.values());
          if (comparison.budgets() > 0) {
            comparisons.add(comparison);
          }
        });
    return comparisons;
  }

  private static BenchReport.Comparison compare(String model, Iterable<List<Row>> budgets) {
    int compared = 0;
    int dominated = 0;
    List<String> exceptions = new ArrayList<>();
    for (List<Row> rows : budgets) {
      OptionalDouble together =
          rows.stream()
              .filter(row -> row.method().equals(BenchReport.ALL_METHODS))
              .mapToDouble(Row::relativeError)
              .findFirst();
      List<Row> alone =
          rows.stream().filter(row -> !row.method().equals(BenchReport.ALL_METHODS)).toList();
      if (together.isEmpty() || alone.isEmpty()) {
        continue;
      }
      compared++;
      List<Row> better =
          alone.stream().filter(row -> row.relativeError() < together.getAsDouble()).toList();
      if (better.isEmpty()) {
        dominated++;
      }
      better.stream()
          .map(
              row ->
                  String.format(
                      Locale.ROOT,
                      "%s at %s bits has %.6g, together %.6g",
                      row.method(),
                      BenchRun.number(row.budgetBits()),
                      row.relativeError(),
                      together.getAsDouble()))
          .distinct()
          .forEach(exceptions::add);
    }
    return new BenchReport.Comparison(model, compared, dominated, exceptions);
  }
}
