package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The help texts, against {@code submit/help}: the launcher prints those files, so that help needs
 * neither a build nor a JVM.
 */
class HelpTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("zoopress.root", "..")).resolve("submit/help");
  private static final Path ACTUAL = Path.of("target/help");

  static Stream<CommandLine> verbs() {
    return ZoopressCli.commandLine(new FakeZoopress().context()).getSubcommands().values().stream();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void helpOfAVerbIsTheCommittedOne(CommandLine verb) throws IOException {
    String text = verb.getUsageMessage(Ansi.OFF);
    assertGolden(verb.getCommandName(), text);
    assertThat(text).contains("Example:\n  submit/zoopress " + verb.getCommandName());
    assertThat(text).contains("Exit codes:\n   0   all went well\n");
    assertThat(text.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void generalHelpIsTheCommittedOne() throws IOException {
    CommandLine cli = ZoopressCli.commandLine(new FakeZoopress().context());
    assertGolden("zoopress", cli.getUsageMessage(Ansi.OFF));
  }

  @Test
  void thereIsNoOtherHelpFile() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files).hasSize((int) verbs().count() + 1);
    }
  }

  /** After a change of the options: copy the file named in the message over the committed one. */
  private static void assertGolden(String name, String text) throws IOException {
    Path actual = Files.createDirectories(ACTUAL).resolve(name + ".txt");
    Files.writeString(actual, text);
    assertThat(GOLDEN.resolve(name + ".txt"))
        .as("copy %s over it", actual.toAbsolutePath())
        .hasSameTextualContentAs(actual);
  }
}
