package org.zoopress.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.zoopress.job.ZooJob;
import picocli.CommandLine.Option;

/** What all verbs have in common. */
abstract class VerbCommand implements Callable<Integer> {
  private final String verb;
  private final CliContext context;

  @Option(
      names = "--json",
      description =
          "Print one JSON object as the last line of standard output; all else goes to standard"
              + " error.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  VerbCommand(String verb, CliContext context) {
    this.verb = verb;
    this.context = context;
  }

  final CliContext context() {
    return context;
  }

  /** Runs one of the jobs, with progress on standard error. */
  final <Q, R> R run(Function<Jobs, Supplier<ZooJob<Q, R>>> job, Q request) throws Exception {
    try (ConsoleProgress progress = context.console().progress()) {
      R report =
          context.runner().run(verb, job.apply(context.jobs().get()).get(), request, progress);
      progress.end();
      return report;
    }
  }

  /** Prints a result: the text for people, or with {@code --json} the object alone. */
  final void print(JsonNode object, String text) {
    if (json) {
      context.console().out().println(object);
    } else {
      context.console().out().print(text);
    }
  }
}
