package org.zoopress.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Starts Zoopress; the only class that exits the JVM. */
public final class Main {
  private Main() {}

  /** Runs one verb and exits with its code. */
  public static void main(String[] args) {
    SafeStop safeStop = new SafeStop();
    int code = run(safeStop, args);
    safeStop.end(code);
    System.exit(code);
  }

  private static int run(SafeStop safeStop, String[] args) {
    Map<String, String> environment = System.getenv();
    Console console =
        new Console(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            Objects.equals(environment.get("ZOOPRESS_PROGRESS"), "bar"));
    // Whatever a library prints must not get between a script and the last line of output.
    System.setOut(System.err);
    try (JobLauncher launcher =
        new JobLauncher(conf -> Jobs.standard().spark().accept(conf), safeStop)) {
      return ZoopressCli.run(
          new CliContext(Jobs::standard, launcher, console, environment, sparkConf()), args);
    } catch (Throwable e) { // Errors too: no memory, a missing class.
      return new Errors(console).report(e, args);
    }
  }

  /** spark-submit hands its configuration to the driver as system properties. */
  private static Map<String, String> sparkConf() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark."))
        .collect(Collectors.toMap(name -> name, System::getProperty));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
