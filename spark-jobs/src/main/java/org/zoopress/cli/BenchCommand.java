package org.zoopress.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.error.Check;
import org.zoopress.error.UserInputException;
import org.zoopress.job.BenchReport;
import org.zoopress.job.BenchRequest;
import org.zoopress.job.EvaluateReport;
import org.zoopress.method.MethodId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zoopress bench}. */
@Command(
    name = "bench",
    description =
        "Compresses a zoo by each method alone and by all together at several sizes, evaluates, and"
            + " shows size, error and accuracy of each.",
    footer = {
      "",
      "Example:",
      "  submit/zoopress bench --zoo datasets/zoo --archive /tmp/bench --methods scalar,tucker \\",
      "      --bits 6,4 --data datasets/glyphs.yaml --to /tmp/bench-report"
    })
final class BenchCommand extends VerbCommand {
  private static final String METHODS =
      "dictionary-pair,low-rank-sparse,tucker,tensor-train,additive,rotated-trellis,scalar";

  @Option(names = "--zoo", required = true, paramLabel = "DIR", description = "Folder with models.")
  private String zoo;

  @Option(
      names = "--archive",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of the archive that gets the runs bench-METHOD-BITS, created if missing. Those"
              + " that are committed are not made again.")
  private String archive;

  @Option(
      names = "--methods",
      paramLabel = "M,M",
      defaultValue = METHODS,
      description = "Methods, each alone and all together. Default: " + METHODS + ".")
  private String methods;

  @Option(
      names = "--bits",
      paramLabel = "B,B",
      defaultValue = "8,6,4,3,2",
      description =
          "Budgets in stored bits per weight, for each model by itself. Default: 8,6,4,3,2.")
  private String bits;

  @Option(
      names = "--data",
      paramLabel = "FILE.yaml",
      description = "Descriptor of a data set to evaluate on; may be repeated.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Folder for bench.csv and bench.svg, created if missing.")
  private String to;

  @Mixin private SettingsOptions options = new SettingsOptions();

  BenchCommand(CliContext context) {
    super("bench", context);
  }

  @Override
  public Integer call() throws Exception {
    Settings settings =
        options.resolve(
            context(), List.of(new SettingsSource.Value(Keys.METHODS.key(), methods, "--methods")));
    List<MethodId> wanted = settings.get(Keys.METHODS).stream().distinct().toList();
    BenchReport report =
        run(
            Jobs::bench,
            new BenchRequest(
                zoo, archive, wanted, budgets(), data, Optional.ofNullable(to), settings));
    print(Json.of(report), text(report));
    return report.rows().stream().anyMatch(row -> row.status().equals("failed"))
        ? ExitCode.SOME_MODELS_FAILED
        : ExitCode.OK;
  }

  private List<Double> budgets() {
    List<Double> budgets = new ArrayList<>();
    for (String text : bits.split(",", -1)) {
      double budget;
      try {
        budget = Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        throw new UserInputException(
            "Cannot use --bits %s: '%s' is no number. Write for instance --bits 8,4,2.5."
                .formatted(bits, text),
            e);
      }
      Check.argument(
          budget > 0 && budget <= 64,
          "Cannot use --bits %s: %s must be above 0 and at most 64. Write for instance --bits"
              + " 8,4,2.5.",
          bits,
          text);
      if (!budgets.contains(budget)) {
        budgets.add(budget);
      }
    }
    return budgets;
  }

  private static String text(BenchReport report) {
    TextTable table =
        new TextTable(
            "model",
            "method",
            ">budget",
            ">stored bytes",
            ">bits",
            ">under",
            ">ratio",
            ">rel. error",
            ">right",
            ">samples",
            ">agreement",
            ">KL (nats)");
    for (BenchReport.Row row : report.rows()) {
      table.row(cells(row));
    }
    StringBuilder text = new StringBuilder(table.toString());
    text.append('\n');
    // Models of a run that failed as a whole have the same reason: it is told once.
    Set<String> told = new HashSet<>();
    report.rows().stream()
        .filter(row -> !row.reason().isEmpty())
        .filter(row -> told.add(row.method() + row.budgetBits() + row.reason()))
        .map(
            row ->
                "%s, %s at %s: %s".formatted(row.model(), row.method(), budget(row), row.reason()))
        .forEach(line -> text.append(TextTable.printable(line)).append('\n'));
    for (BenchReport.Comparison comparison : report.comparisons()) {
      text.append(TextTable.printable(line(comparison))).append('\n');
    }
    for (String file : report.files()) {
      text.append("Written: ").append(file).append('\n');
    }
    return text.append(
            "%d lines in %s.%n".formatted(report.rows().size(), Units.duration(report.seconds())))
        .toString();
  }

  private static List<String> cells(BenchReport.Row row) {
    Optional<EvaluateReport.Evaluation> evaluation = row.evaluation();
    List<String> cells = new ArrayList<>(List.of(row.model(), row.method(), budget(row)));
    cells.addAll(
        row.ok()
            ? List.of(
                Units.count(row.storedBytes()),
                Units.number("%.3f", row.bitsPerWeight()),
                Units.percent(row.underBudget()),
                Units.ratio(row.ratio()),
                Units.error(row.relativeError()))
            : List.of(row.status(), "-", "-", "-", "-"));
    cells.addAll(
        Arrays.asList(
            evaluation.map(e -> Units.count(e.correctAfter())).orElse("-"),
            evaluation.map(e -> Units.count(e.samples())).orElse("-"),
            evaluation.map(e -> Units.percent(e.agreement())).orElse("-"),
            evaluation.map(e -> Units.error(e.kl())).orElse("-")));
    return cells;
  }

  private static String budget(BenchReport.Row row) {
    double bits = row.budgetBits();
    return bits == Math.rint(bits) ? Long.toString((long) bits) : Double.toString(bits);
  }

  private static String line(BenchReport.Comparison comparison) {
    String held =
        "%s: all methods together have the least error in %d of %d budgets"
            .formatted(comparison.model(), comparison.dominated(), comparison.budgets());
    return comparison.exceptions().isEmpty()
        ? held
        : held + "; not: " + String.join("; ", comparison.exceptions());
  }
}
