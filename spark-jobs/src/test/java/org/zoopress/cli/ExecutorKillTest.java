package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.job.BuildInfo;
import org.zoopress.job.Runs;
import org.zoopress.job.TestZoo;
import org.zoopress.method.additive.SharedShape;

/** An executor that dies while codebooks are trained costs time and changes nothing. */
class ExecutorKillTest {
  private static final String[] SETTINGS = {
    "methods", "additive",
    "additive.codebooks", "3",
    "additive.codewords", "128",
    "additive.iterations", "40"
  };

  private static final String CODEBOOKS =
      "SELECT codebook_id, relative_error, sample_vectors FROM codebooks" + " ORDER BY codebook_id";

  @TempDir Path folder;

  @Test
  void killedInTheMiddleOfTheTraining() throws Exception {
    Path zoo = folder.resolve("zoo");
    for (int m = 0; m < 4; m++) {
      TestZoo.safetensors(zoo.resolve("m%d.safetensors".formatted(m)), TestZoo.network(m));
    }
    Runs.compress(zoo, folder.resolve("local"), "night", SETTINGS);

    Path cluster = folder.resolve("cluster");
    List<String> command =
        new ArrayList<>(
            List.of(
                "compress",
                "--zoo",
                zoo.toString(),
                "--archive",
                cluster.toString(),
                "--run-id",
                "night"));
    for (int i = 0; i < SETTINGS.length; i += 2) {
      command.addAll(List.of("--set", SETTINGS[i] + "=" + SETTINGS[i + 1]));
    }
    // Workers ask for a SPARK_HOME; the class path of this test stands in for its jars.
    Path sparkHome = folder.resolve("spark");
    Files.createDirectories(sparkHome.resolve("jars"));
    var builder =
        new ZoopressProcess.Builder(folder)
            .spark("spark.master", "local-cluster[2,1,1024]")
            .spark("spark.executor.memory", "768m")
            .spark("spark.executor.extraClassPath", ZoopressProcess.classPath())
            .environment("SPARK_HOME", sparkHome.toString())
            .environment("SPARK_SCALA_VERSION", BuildInfo.read().scala());
    try (ZoopressProcess driver = builder.start(command.toArray(String[]::new))) {
      awaitLine(driver, ": training on ");
      // Workers of local-cluster live in the driver's JVM; executors are its only children.
      List<ProcessHandle> executors =
          ProcessHandle.of(driver.pid()).orElseThrow().children().toList();
      assertThat(executors).hasSize(2);
      assertThat(executors.get(0).destroyForcibly()).isTrue();
      executors.get(0).onExit().get(1, TimeUnit.MINUTES);
      assertThat(driver.err()).as("killed in the middle").doesNotContain("at the start");
      assertThat(driver.exitCode()).as(driver.err()).isZero();
    }
    assertThat(Runs.query(cluster, CODEBOOKS))
        .isEqualTo(Runs.query(folder.resolve("local"), CODEBOOKS))
        .hasSize(SharedShape.LADDER.size());
    Map<String, byte[]> expected = Runs.packs(folder.resolve("local"));
    Map<String, byte[]> found = Runs.packs(cluster);
    assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }

  private static void awaitLine(ZoopressProcess driver, String text) throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!driver.err().contains(text)) {
      assertThat(System.nanoTime()).as("in time:%n%s", driver.err()).isLessThan(giveUp);
      Thread.sleep(10);
    }
  }
}
