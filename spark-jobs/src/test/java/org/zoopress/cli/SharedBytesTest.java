package org.zoopress.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.job.Runs;
import org.zoopress.job.TestZoo;

/** Payloads, and the codebooks that they refer to, are the same wherever they were computed. */
class SharedBytesTest {
  private static final String[] SETTINGS = {
    "methods", "additive",
    "additive.codebooks", "2",
    "additive.codewords", "64",
    "additive.iterations", "2",
    "target.bits", "4"
  };

  @TempDir Path folder;

  @Test
  void anyPartitionsAndCoresStoreTheSame() throws Exception {
    Path zoo = folder.resolve("zoo");
    for (int m = 0; m < 8; m++) {
      TestZoo.safetensors(zoo.resolve("m%d.safetensors".formatted(m)), TestZoo.network(m));
    }
    Map<String, byte[]> expected = inThisJvm(zoo, "1");
    assertThat(expected.keySet())
        .as("payloads refer to codebooks")
        .anyMatch(name -> name.endsWith(".factors"))
        .anyMatch(name -> !name.endsWith(".factors"));
    for (String partitions : List.of("3", "7")) {
      assertSame(inThisJvm(zoo, partitions), expected, partitions + " partitions");
    }
    for (String master : List.of("local[1]", "local[2]")) {
      assertSame(inAnother(zoo, master), expected, master);
    }
  }

  private static void assertSame(
      Map<String, byte[]> found, Map<String, byte[]> expected, String where) {
    assertThat(found.keySet()).as(where).isEqualTo(expected.keySet());
    found.forEach(
        (name, bytes) -> assertThat(bytes).as(where + " " + name).isEqualTo(expected.get(name)));
  }

  private Map<String, byte[]> inThisJvm(Path zoo, String partitions) throws Exception {
    Path archive = folder.resolve("partitions" + partitions);
    List<String> settings = new ArrayList<>(List.of(SETTINGS));
    settings.addAll(List.of("partition.count", partitions));
    Runs.compress(zoo, archive, "night", settings.toArray(String[]::new));
    return stored(archive);
  }

  private Map<String, byte[]> inAnother(Path zoo, String master) throws Exception {
    Path own = Files.createDirectories(folder.resolve(master.replaceAll("\\W", "")));
    Path archive = own.resolve("archive");
    List<String> command =
        new ArrayList<>(List.of("compress", "--zoo", zoo.toString(), "--run-id", "night"));
    command.addAll(List.of("--archive", archive.toString()));
    for (int i = 0; i < SETTINGS.length; i += 2) {
      command.addAll(List.of("--set", SETTINGS[i] + "=" + SETTINGS[i + 1]));
    }
    var builder = new ZoopressProcess.Builder(own).spark("spark.master", master);
    try (ZoopressProcess driver = builder.start(command.toArray(String[]::new))) {
      assertThat(driver.exitCode()).as(driver.err()).isZero();
    }
    return stored(archive);
  }

  /** Packs and shared objects by file name. */
  private static Map<String, byte[]> stored(Path archive) throws Exception {
    Map<String, byte[]> stored = Runs.packs(archive);
    for (Path file : Runs.files(archive.resolve("codebooks"))) {
      if (file.toString().endsWith(".factors")) {
        stored.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return stored;
  }
}
