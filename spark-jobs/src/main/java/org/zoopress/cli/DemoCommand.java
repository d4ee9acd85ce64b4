package org.zoopress.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.error.Check;
import org.zoopress.error.UserInputException;
import org.zoopress.job.CompressReport;
import org.zoopress.job.CompressRequest;
import org.zoopress.job.EvaluateReport;
import org.zoopress.job.EvaluateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zoopress demo}. */
@Command(
    name = "demo",
    description =
        "Compresses the small zoo that comes with the repository, runs its networks before and"
            + " after, and shows the outcome.",
    footer = {"", "Example:", "  submit/zoopress demo --keep /tmp/archive"})
final class DemoCommand extends VerbCommand {
  /** Set by {@code submit/zoopress}: the repository's root. */
  private static final String HOME_VARIABLE = "ZOOPRESS_HOME";

  /** Fewer probes and less training than by default: a demo is looked at, not deployed. */
  private static final SettingsSource QUICK =
      new SettingsSource(
          Stream.of(
                  "target.ratio=16",
                  "second-order.probes=48",
                  "second-order.held-out=32",
                  "second-order.probe-steps=30",
                  "second-order.distillation-steps=0",
                  "second-order.passes=4")
              .map(line -> line.split("=", 2))
              .map(pair -> new SettingsSource.Value(pair[0], pair[1], "the demo"))
              .toList());

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Folder for the archive, which then stays. Default: a temporary one.")
  private Path keep;

  @Mixin private SettingsOptions options = new SettingsOptions();

  DemoCommand(CliContext context) {
    super("demo", context);
  }

  @Override
  public Integer call() throws Exception {
    Settings settings = options.resolve(QUICK, context(), List.of());
    Path zoo = part("zoo");
    Path data = part("glyphs.yaml");
    Path archive = keep != null ? keep : Files.createTempDirectory("zoopress-demo-");
    try {
      CompressReport compressed =
          run(
              Jobs::compress,
              new CompressRequest(zoo.toString(), archive.toString(), Optional.empty(), settings));
      EvaluateReport evaluated =
          run(
              Jobs::evaluate,
              new EvaluateRequest(
                  archive.toString(),
                  zoo.toString(),
                  data.toString(),
                  Optional.of(compressed.runId()),
                  Optional.empty(),
                  settings));
      print(json(compressed, evaluated), text(compressed, evaluated, zoo));
      return CompressCommand.exitCode(compressed);
    } finally {
      if (keep == null) {
        delete(archive);
      }
    }
  }

  private Path part(String name) {
    String home = context().environment().get(HOME_VARIABLE);
    Check.argument(
        home != null,
        "Cannot run the demo: it does not know where the repository is. Start it by"
            + " submit/zoopress, or set %s.",
        HOME_VARIABLE);
    Path path = Path.of(home, "datasets", name);
    Check.argument(
        Files.exists(path),
        "Cannot run the demo: %s is missing. Set %s to a complete checkout of the repository.",
        path,
        HOME_VARIABLE);
    return path;
  }

  private ObjectNode json(CompressReport compressed, EvaluateReport evaluated) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("archive", keep == null ? null : keep.toString());
    json.set("compress", Json.of(compressed));
    json.set("evaluate", Json.of(evaluated));
    return json;
  }

  private String text(CompressReport compressed, EvaluateReport evaluated, Path zoo) {
    TextTable table =
        new TextTable(
            "model",
            ">size",
            ">stored",
            ">ratio",
            ">rel. error",
            ">top-1 before",
            ">after",
            ">agreement");
    for (CompressReport.ModelLine line : compressed.models()) {
      Optional<EvaluateReport.Evaluation> evaluation =
          evaluated.evaluations().stream()
              .filter(candidate -> candidate.model().equals(line.model()))
              .findFirst();
      table.row(
          line.model(),
          Units.bytes(line.originalBytes()),
          Units.bytes(line.storedBytes()),
          Units.ratio(line.ratio()),
          Units.error(line.relativeError()),
          evaluation.map(e -> Units.percent(e.top1Before())).orElse("-"),
          evaluation.map(e -> Units.percent(e.top1After())).orElse("-"),
          evaluation.map(e -> Units.percent(e.agreement())).orElse("-"));
    }
    String next =
        keep == null
            ? "submit/zoopress compress --zoo %s --archive /tmp/archive --target-ratio 10"
                .formatted(zoo)
            : "submit/zoopress inspect " + keep;
    return "%s%n%s%s%nNext, try:%n  %s%n"
        .formatted(
            table, CompressCommand.summary(compressed), EvaluateCommand.skipped(evaluated), next);
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UserInputException(
          "Cannot delete the demo's temporary archive %s: %s. Delete it by hand."
              .formatted(folder, e),
          e);
    }
  }
}
