package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.job.BuildInfo;
import org.zoopress.job.Runs;
import org.zoopress.job.TestZoo;

/** Executors that are processes of their own give the bytes that one JVM gives. */
class LocalClusterTest {
  @TempDir Path folder;

  @Test
  void twoExecutorsGiveTheBytesOfOneJvm() throws Exception {
    Path zoo = folder.resolve("zoo");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    TestZoo.checkpoint(zoo.resolve("sub/b.pt"), TestZoo.network(2));
    String[] settings = {
      "methods",
      "scalar,int8,dictionary-pair",
      "scalar.bits",
      "5,3",
      "dictionary-pair.errors",
      "0.2",
      "target.ratio",
      "4",
      "partition.max-bytes",
      "64k"
    };
    Runs.compress(zoo, folder.resolve("local"), "night", settings);

    Path cluster = folder.resolve("cluster");
    String[] command = new String[8 + settings.length];
    String[] head = {
      "compress",
      "--zoo",
      zoo.toString(),
      "--archive",
      cluster.toString(),
      "--run-id",
      "night",
      "--json"
    };
    System.arraycopy(head, 0, command, 0, head.length);
    for (int i = 0; i < settings.length; i += 2) {
      command[8 + i] = "--set";
      command[9 + i] = settings[i] + "=" + settings[i + 1];
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
    try (ZoopressProcess driver = builder.start(command)) {
      assertThat(driver.exitCode()).as(driver.err()).isZero();
      assertThat(driver.json().get("models_ok").asInt()).isEqualTo(2);
    }
    // Where each executor ran, there is a folder of its own.
    assertThat(Runs.files(sparkHome.resolve("work")))
        .filteredOn(file -> file.endsWith("stderr"))
        .hasSizeGreaterThanOrEqualTo(2);
    Map<String, byte[]> one = Runs.packs(folder.resolve("local"));
    Map<String, byte[]> two = Runs.packs(cluster);
    assertThat(two.keySet()).isEqualTo(one.keySet()).isNotEmpty();
    two.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(one.get(name)));
    assertThat(Runs.verify(cluster).tensorsFailed()).isZero();
  }
}
