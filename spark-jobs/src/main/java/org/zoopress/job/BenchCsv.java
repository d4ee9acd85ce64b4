package org.zoopress.job;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zoopress.job.BenchReport.Row;
import org.zoopress.job.EvaluateReport.Evaluation;

/** The rows of a bench as comma-separated values (RFC 4180, but with line feeds). */
final class BenchCsv {
  private static final String HEADER =
      "model,method,budget_bits,status,stored_bytes,bits_per_weight,compression_ratio,"
          + "relative_error,under_budget,dataset,samples,correct_before,correct_after,agreement,"
          + "kl_nats,reason\n";

  private BenchCsv() {}

  static String of(List<Row> rows) {
    return rows.stream().map(BenchCsv::line).collect(Collectors.joining("", HEADER, ""));
  }

  private static String line(Row row) {
    return Stream.of(
                row.model(),
                row.method(),
                BenchRun.number(row.budgetBits()),
                row.status(),
                row.ok() ? Long.toString(row.storedBytes()) : "",
                number(row.bitsPerWeight()),
                number(row.ratio()),
                number(row.relativeError()),
                number(row.underBudget()),
                of(row, Evaluation::dataset),
                of(row, Evaluation::samples),
                of(row, Evaluation::correctBefore),
                of(row, Evaluation::correctAfter),
                of(row, Evaluation::agreement),
                of(row, Evaluation::kl),
                row.reason())
            .map(BenchCsv::quoted)
            .collect(Collectors.joining(","))
        + "\n";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  private static String of(Row row, Function<Evaluation, Object> field) {
    Optional<Evaluation> evaluation = row.evaluation();
    return evaluation.map(field).map(Object::toString).orElse("");
  }

  private static String quoted(String cell) {
    return cell.matches("(?s).*[,\"\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }
}
