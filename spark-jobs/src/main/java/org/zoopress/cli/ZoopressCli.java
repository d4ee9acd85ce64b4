package org.zoopress.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: {@code zoopress VERB …}. */
@Command(
    name = "zoopress",
    synopsisHeading = "Usage: ",
    customSynopsis = "submit/zoopress [SPARK-OPTIONS] VERB [OPTIONS]",
    description = {
      "",
      "Compresses a whole zoo of pre-trained neural networks on Apache Spark.",
      "",
      "SPARK-OPTIONS are those of spark-submit, for instance --master yarn, --conf KEY=VALUE,",
      "--driver-memory 8g, --executor-memory 4g. Default: --master local[*]."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nVerbs:%n",
    versionProvider = Version.class,
    footer = {
      "",
      "'submit/zoopress VERB --help' tells the options of a verb. Begin with:",
      "  submit/zoopress demo"
    })
final class ZoopressCli {
  private static final int HELP_WIDTH = 100;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  private ZoopressCli() {}

  /**
   * Runs a command.
   *
   * @return one of {@link ExitCode}
   */
  static int run(CliContext context, String... args) {
    return commandLine(context).execute(args);
  }

  /** The parser with all verbs. */
  static CommandLine commandLine(CliContext context) {
    CommandLine cli = new CommandLine(new ZoopressCli());
    List.of(
            new ScanCommand(context),
            new PlanCommand(context),
            new CompressCommand(context),
            new RestoreCommand(context),
            new VerifyCommand(context),
            new EvaluateCommand(context),
            new QueryCommand(context),
            new InspectCommand(context),
            new ExplainCommand(context),
            new GcCommand(context),
            new SettingsCommand(context),
            new BenchCommand(context),
            new DemoCommand(context))
        .forEach(cli::addSubcommand);
    cli.getSubcommands().values().forEach(verb -> describe(verb.getCommandSpec()));
    Errors errors = new Errors(context.console());
    return cli.setUsageHelpWidth(HELP_WIDTH)
        .registerConverter(RestoreCommand.Format.class, choice(RestoreCommand.Format.values()))
        .registerConverter(QueryCommand.Format.class, choice(QueryCommand.Format.values()))
        .setOut(new PrintWriter(context.console().out(), true))
        .setErr(new PrintWriter(context.console().err(), true))
        .setParameterExceptionHandler(
            (exception, args) -> errors.report(usageMessage(exception), args))
        .setExecutionExceptionHandler(
            (exception, command, parsed) ->
                errors.report(exception, parsed.originalArgs().toArray(new String[0])));
  }

  /** Enum constants by their lower-case names. */
  private static <E> ITypeConverter<E> choice(E[] values) {
    return text ->
        Arrays.stream(values)
            .filter(value -> value.toString().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "expected one of %s but was '%s'"
                            .formatted(Arrays.toString(values), text)));
  }

  private static void describe(CommandSpec verb) {
    verb.usageMessage()
        .synopsisHeading("Usage: submit/")
        .descriptionHeading("%n")
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.help());
  }

  private static String usageMessage(ParameterException exception) {
    String verb = exception.getCommandLine().getCommandSpec().qualifiedName();
    String problem = exception.getMessage();
    if (exception instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        problem += "; did you mean " + String.join(" or ", suggestions);
      }
    }
    return "Cannot run %s: %s. See 'submit/%s --help'.".formatted(verb, problem, verb);
  }
}
