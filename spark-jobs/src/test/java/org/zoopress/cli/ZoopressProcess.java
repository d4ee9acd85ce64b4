package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line in a JVM of its own, as a user starts it. */
final class ZoopressProcess implements AutoCloseable {
  private final Path out;
  private final Path err;
  private final Process process;

  private ZoopressProcess(Path out, Path err, Process process) {
    this.out = out;
    this.err = err;
    this.process = process;
  }

  /** What is set before the start. */
  static final class Builder {
    private final Path folder;
    private final Map<String, String> spark = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    /**
     * @param folder for what the process prints
     */
    Builder(Path folder) {
      this.folder = folder;
      spark.put("spark.master", "local[2]");
      spark.put("spark.driver.bindAddress", "127.0.0.1");
      spark.put("spark.driver.host", "127.0.0.1");
    }

    /** A setting of Spark, as {@code spark-submit} hands it over. */
    Builder spark(String key, String value) {
      spark.put(key, value);
      return this;
    }

    /** A variable of the environment. */
    Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /**
     * Lets a call of the file system not return.
     *
     * @param at see {@link StallingFileSystem#AT}
     */
    Builder stallingAt(String at) {
      return spark("spark.hadoop.fs.file.impl", StallingFileSystem.class.getName())
          .spark("spark.hadoop." + StallingFileSystem.AT, at)
          .spark("spark.hadoop." + StallingFileSystem.MARKER, marker().toString());
    }

    private Path marker() {
      return folder.resolve("stalled");
    }

    ZoopressProcess start(String... args) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmFlags());
      command.add("-Xmx1g");
      spark.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
      command.add(Main.class.getName());
      command.addAll(Arrays.asList(args));
      Path out = folder.resolve("out.txt");
      Path err = folder.resolve("err.txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .directory(folder.toFile());
      builder.environment().put("CLASSPATH", classPath());
      builder.environment().putAll(environment);
      return new ZoopressProcess(out, err, builder.start());
    }
  }

  /** The flags that Spark needs on this JDK. */
  static List<String> jvmFlags() {
    String flags = System.getProperty("zoopress.test.jvm", "");
    return Arrays.stream(flags.split(" ")).filter(flag -> !flag.isBlank()).toList();
  }

  /** Absolute class path of the tests. */
  static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(
        File.pathSeparator,
        Arrays.stream(path.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  /** Waits until the process stands still at the call that it was told to. */
  void awaitStall(Builder builder) throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!Files.exists(builder.marker())) {
      assertThat(process.isAlive()).as("still running:%n%s", err()).isTrue();
      assertThat(System.nanoTime()).as("stalled in time:%n%s", err()).isLessThan(giveUp);
      Thread.sleep(20);
    }
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it as {@code kill} does. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end. */
  int exitCode() throws Exception {
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ended in time:%n%s", err()).isTrue();
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  /** The last line of standard output. */
  JsonNode json() throws IOException {
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(lines).as("standard output; standard error:%n%s", err()).isNotEmpty();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
