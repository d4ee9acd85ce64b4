package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code submit/zoopress} in a checkout of its own, whose path has blanks, with a java, a mvn and a
 * spark-submit that only tell how they were called.
 */
class LauncherTest {
  private static final Path SUBMIT =
      Path.of(System.getProperty("zoopress.root", "..")).resolve("submit");
  private static final String VERSION = "1.2.3";

  @TempDir private Path folder;
  private Path root;
  private Path javaHome;
  private final Map<String, String> environment = new HashMap<>();

  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void makeCheckout() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/bash")), "the launcher is written for bash");
    root = folder.resolve("my check out");
    for (String name : List.of("common/src/main", "spark-jobs/src/main", "conf/profiles", "bin")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.createDirectories(root.resolve("submit/help"));
    for (String name :
        List.of("zoopress", "runtime-pom.xml", "help/zoopress.txt", "help/scan.txt")) {
      Files.copy(SUBMIT.resolve(name), root.resolve("submit").resolve(name));
    }
    executable(root.resolve("submit/zoopress"), Files.readString(SUBMIT.resolve("zoopress")));
    Files.writeString(
        root.resolve("pom.xml"),
        "<project>\n  <artifactId>zoopress</artifactId>\n  <version>"
            + VERSION
            + "</version>\n"
            + "</project>\n");
    for (String name : List.of("common/pom.xml", "spark-jobs/pom.xml")) {
      Files.writeString(root.resolve(name), "<project/>");
    }
    javaHome = folder.resolve("jdk");
    javaOfVersion("17.0.15");
    environment.put("JAVA_HOME", javaHome.toString());
    environment.put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("HOME", folder.toString());
  }

  private void javaOfVersion(String version) throws IOException {
    Files.createDirectories(javaHome.resolve("bin"));
    Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(javaHome.resolve("bin/javac"), "#!/bin/sh\n");
    // Asked for a command line, as Spark's launcher answers; else it tells its arguments.
    executable(
        javaHome.resolve("bin/java"),
        """
        #!/bin/bash
        if [[ " $* " == *" org.apache.spark.launcher.Main "* ]]; then
          [[ " $* " != *" refused "* ]] || exit 1
          printf '\\0\\n'
          printf '%s\\0' "$0" "the command" "${@:$#-1}"
        else
          printf '[%s]' "$@"
          exit 42
        fi
        """);
  }

  /** A mvn that writes down its goals and makes what it is asked for. */
  private void fakeMaven() throws IOException {
    executable(
        root.resolve("bin/mvn"),
        """
        #!/bin/bash
        root=$(cd "$(dirname "$0")/.." && pwd)
        echo "${@: -1}" >>"$root/mvn.log"
        echo "chatter of Maven"
        case "$*" in
          *package*)
            mkdir -p "$root/spark-jobs/target/lib"
            touch "$root/spark-jobs/target/zoopress-spark-jobs-%s-app.jar"
            touch "$root/spark-jobs/target/lib/native.jar" ;;
          *copy-dependencies*)
            out="${*: -1}"
            mkdir -p "${out#-DoutputDirectory=}" ;;
        esac
        """
            .formatted(VERSION));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ProcessBuilder launcher(Path script, String... args) {
    List<String> command = new ArrayList<>(List.of("/bin/bash", script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private Outcome run(String... args) throws Exception {
    return run(root.resolve("submit/zoopress"), args);
  }

  private Outcome run(Path script, String... args) throws Exception {
    Path err = folder.resolve("err.txt");
    Process process = launcher(script, args).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }

  private void assertRefused(Outcome outcome, String message) {
    assertThat(outcome.err()).startsWith("zoopress: Cannot ").contains(message);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void helpNeedsNeitherJavaNorABuildAndWorksThroughALink() throws Exception {
    environment.put("JAVA_HOME", "/nowhere");
    Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("submit/zoopress"));
    String general = Files.readString(SUBMIT.resolve("help/zoopress.txt"));
    assertThat(run(link, "--help")).isEqualTo(new Outcome(0, general, ""));
    String scan = Files.readString(SUBMIT.resolve("help/scan.txt"));
    assertThat(run("--master", "yarn", "scan", "--zoo", "z", "-h"))
        .isEqualTo(new Outcome(0, scan, ""));
  }

  @Test
  void wrongUsageIsOneMessage() throws Exception {
    assertRefused(run(), "Cannot run without a verb.");
    assertRefused(run("scna"), "Cannot run 'scna': there is no such verb.");
    assertRefused(run("../zoopress"), "there is no such verb.");
    assertRefused(run("--zoo", "z", "scan"), "Cannot use --zoo before the verb");
    assertRefused(run("--class=X", "scan"), "Cannot use --class before the verb");
    assertRefused(run("--conf", "spark.x", "scan"), "Cannot use --conf spark.x: it has no '='.");
    assertRefused(run("--master"), "Cannot use --master: it has no value behind it.");
  }

  @Test
  void wrongInstallationsAreOneMessage() throws Exception {
    environment.put("SPARK_HOME", folder.toString());
    assertRefused(run("scan"), "it has no bin/spark-submit.");
    environment.remove("SPARK_HOME");
    environment.put("ZOOPRESS_SPARK_LINE", "2.4");
    assertRefused(run("scan"), "Cannot build for Spark 2.4: there are 4.0");
    environment.remove("ZOOPRESS_SPARK_LINE");
    javaOfVersion("25.0.1");
    assertRefused(run("scan"), "Cannot use Java 25.0.1 in " + javaHome + ": Spark needs 17.");
    environment.put("JAVA_HOME", folder.toString());
    assertRefused(run("scan"), "which has no bin/java.");
  }

  @Test
  void withoutJavaOrMavenTheMessageSaysWhatToInstall() throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("bash", "cat", "dirname", "find", "mkdir", "readlink", "sed")) {
      Path place = Path.of(Files.exists(Path.of("/bin", tool)) ? "/bin" : "/usr/bin", tool);
      executable(tools.resolve(tool), "#!/bin/bash\nexec " + place + " \"$@\"\n");
    }
    environment.put("PATH", tools.toString());
    Outcome noMaven = run("scan");
    assertThat(noMaven.code()).isEqualTo(2);
    assertThat(noMaven.err()).contains("Cannot build: there is no mvn on the PATH.");
    environment.remove("JAVA_HOME");
    assertRefused(run("scan"), "Cannot find Java: there is no java on the PATH.");
  }

  @Test
  void theFirstStartBuildsAndAssemblesAndTheNextDoesNot() throws Exception {
    fakeMaven();
    Outcome first = run("--conf", "spark.jars=x.jar", "scan", "--zoo", "a zoo");
    assertThat(first.err())
        .contains("zoopress: Building the application for Spark 4.0;")
        .contains("zoopress: Assembling Spark 4.0 from Maven")
        .contains("chatter of Maven");
    assertThat(first.out()).isEqualTo("[the command][--zoo][a zoo]");
    assertThat(first.code()).isEqualTo(42);
    assertThat(root.resolve(".runtime/spark-4.0/jars")).isDirectory();

    assertThat(run("scan", "--zoo", "a zoo"))
        .isEqualTo(new Outcome(42, "[the command][--zoo][a zoo]", ""));
    assertThat(Files.readAllLines(root.resolve("mvn.log"))).hasSize(2);

    Files.writeString(root.resolve("common/src/main/New.java"), "");
    assertThat(run("scan").err()).contains("Building the application");
    assertRefused(run("scan", "refused"), "Cannot start Spark: its launcher refused the options");
    try (var left = Files.list(root.resolve(".runtime"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "spark-4.0");
    }
  }

  @Test
  void startsAtTheSameTimeBuildOnce() throws Exception {
    fakeMaven();
    List<Process> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      starts.add(
          launcher(root.resolve("submit/zoopress"), "scan")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    for (Process start : starts) {
      assertThat(start.waitFor()).isEqualTo(42);
    }
    assertThat(Files.readAllLines(root.resolve("mvn.log"))).hasSize(2);
  }

  @Test
  void aFailedBuildLeavesNothingBehind() throws Exception {
    fakeMaven();
    run("scan");
    executable(root.resolve("bin/mvn"), "#!/bin/sh\nexit 1\n");
    Files.delete(root.resolve(".runtime/spark-4.0/stamp"));
    Outcome failed = run("scan");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err()).contains("Cannot assemble Spark: Maven failed, see above.");
    try (var left = Files.list(root.resolve(".runtime"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "spark-4.0");
    }
  }

  @Test
  void withSparkHomeItsSparkSubmitIsCalled() throws Exception {
    fakeMaven();
    Path sparkHome = folder.resolve("my spark");
    Files.createDirectories(sparkHome.resolve("bin"));
    Files.createDirectories(sparkHome.resolve("jars"));
    Files.createFile(sparkHome.resolve("jars/spark-core_2.13-4.0.1.jar"));
    executable(
        sparkHome.resolve("bin/spark-submit"),
        "#!/bin/bash\nprintf '[%s]' \"$@\"\necho\necho \"$SPARK_SUBMIT_OPTS\"\nexit 3\n");
    environment.put("SPARK_HOME", sparkHome.toString());
    Outcome outcome =
        run("--master=yarn", "--num-executors", "2", "--jars", "a.jar", "scan", "--zoo", "z");
    Path target = root.resolve("spark-jobs/target");
    assertThat(outcome.out().lines().toList())
        .containsExactly(
            "[--num-executors][2][--master][yarn][--name][zoopress scan][--jars][a.jar,%s]"
                    .formatted(target.resolve("lib/native.jar"))
                + "[--class][org.zoopress.cli.Main][%s][scan][--zoo][z]"
                    .formatted(target.resolve("zoopress-spark-jobs-" + VERSION + "-app.jar")),
            " \"-Dlog4j2.configurationFile=%s\"".formatted(root.resolve("conf/log4j2.properties")));
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(root.resolve(".runtime/spark-4.0")).doesNotExist();
  }
}
