package org.zoopress.cli;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.zoopress.error.Check;
import org.zoopress.job.QueryReport;
import org.zoopress.job.QueryRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zoopress query}. */
@Command(
    name = "query",
    description =
        "Runs Spark SQL over the archive's tables runs, models, tensors, candidates, codebooks,"
            + " codebook_training and evaluations; only committed runs are visible.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress query --archive /tmp/archive \"SELECT model, stored_bytes FROM models\""
    })
final class QueryCommand extends VerbCommand {
  /** How rows are printed. */
  enum Format {
    TABLE,
    CSV,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_LIMIT = 1_000_000;

  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the archive.")
  private String archive;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "${COMPLETION-CANDIDATES}; json is an array with an object a row. Default: table.")
  private Format format;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "At most N rows. Default: 1000.")
  private int limit;

  @Parameters(paramLabel = "SQL", description = "The query, in quotes.")
  private String sql;

  QueryCommand(CliContext context) {
    super("query", context);
  }

  @Override
  public Integer call() throws Exception {
    Check.argument(
        limit >= 1 && limit <= MAX_LIMIT,
        "Cannot use --limit %d: it must be from 1 to %d. Leave it out for 1000 rows.",
        limit,
        MAX_LIMIT);
    QueryReport report = run(Jobs::query, new QueryRequest(archive, sql, limit));
    print(
        Json.of(report),
        switch (format) {
          case TABLE -> table(report);
          case CSV -> csv(report);
          case JSON -> Json.rows(report);
        });
    if (report.truncated()) {
      context().console().err().printf("Only the first %d rows are shown; see --limit.%n", limit);
    }
    return ExitCode.OK;
  }

  private static String table(QueryReport report) {
    TextTable table = new TextTable(report.columns());
    report.rows().forEach(row -> table.row(row.stream().map(QueryCommand::cell).toList()));
    return table.alignNumbers().toString();
  }

  private static String cell(Object value) {
    return Objects.toString(value, "");
  }

  /** RFC 4180, but with line feeds. */
  private static String csv(QueryReport report) {
    StringBuilder text = new StringBuilder();
    appendCsv(text, report.columns());
    report.rows().forEach(row -> appendCsv(text, row));
    return text.toString();
  }

  private static void appendCsv(StringBuilder text, List<?> cells) {
    text.append(
            cells.stream()
                .map(QueryCommand::cell)
                .map(
                    cell ->
                        cell.matches("(?s).*[,\"\r\n].*")
                            ? '"' + cell.replace("\"", "\"\"") + '"'
                            : cell)
                .collect(Collectors.joining(",")))
        .append('\n');
  }
}
