package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zoo whose payloads refer to codebooks, over some nights. */
class ZooSharingTest {
  private static final String[] SETTINGS = {
    "methods", "additive",
    "additive.codebooks", "2",
    "additive.codewords", "64",
    "additive.iterations", "2",
    "target.bits", "4"
  };

  private static final String USED =
      "SELECT codebook_id, version, used_by_tensors, used_by_models, stored_bytes FROM codebooks"
          + " WHERE run_id = '%s' AND used_by_tensors > 0 ORDER BY codebook_id";

  @TempDir Path folder;

  private void model(Path zoo, int number, int seed) throws Exception {
    TestZoo.safetensors(zoo.resolve("m%02d.safetensors".formatted(number)), TestZoo.network(seed));
  }

  /** 14 networks and 6 copies: the copies add their headers alone. */
  @Test
  void twentyModelsOfWhichThirtyPercentAreCopies() throws Exception {
    Path zoo = folder.resolve("zoo");
    Path archive = folder.resolve("archive");
    for (int m = 0; m < 14; m++) {
      model(zoo, m, m);
    }
    CompressReport distinct = Runs.compress(zoo, folder.resolve("distinct"), "night", SETTINGS);
    for (int m = 14; m < 20; m++) {
      model(zoo, m, m - 14);
    }
    CompressReport all = Runs.compress(zoo, archive, "night", SETTINGS);
    assertThat(all.tensorsSolved()).isEqualTo(distinct.tensorsSolved()).isEqualTo(14 * 6);
    List<List<Object>> used = Runs.query(archive, USED.formatted("night"));
    assertThat(used).as("4 bits a weight are best spent with shared codebooks").isNotEmpty();
    assertThat(used.stream().mapToLong(row -> (long) row.get(2)).sum()).isGreaterThan(14);
    // What is left of the budget may pay for another one that fewer models use.
    assertThat(used).anySatisfy(row -> assertThat((long) row.get(3)).isGreaterThan(14));
    long objects = 0;
    for (Path file : Runs.files(archive.resolve("codebooks"))) {
      objects += file.toString().endsWith(".factors") ? Files.size(file) : 0;
    }
    assertThat(objects).isEqualTo(used.stream().mapToLong(row -> (long) row.get(4)).sum());
    long packs = 0;
    for (byte[] pack : Runs.packs(archive).values()) {
      packs += pack.length;
    }
    assertThat(all.storedBytes()).isEqualTo(packs + objects);
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  @Test
  void aModelMoreChangesNoByteOfWhatIsStored() throws Exception {
    Path zoo = folder.resolve("zoo");
    Path archive = folder.resolve("archive");
    for (int m = 0; m < 8; m++) {
      model(zoo, m, m);
    }
    Runs.compress(zoo, archive, "one", SETTINGS);
    Map<String, byte[]> tensors = Runs.tensors(archive, "m03");
    List<List<Object>> used = Runs.query(archive, USED.formatted("one"));
    assertThat(used).isNotEmpty();
    List<Path> files = Runs.files(archive);
    List<byte[]> contents = files.stream().map(ZooSharingTest::read).toList();
    int night = 8;
    for (String mode : List.of("reuse", "extend", "fresh")) {
      model(zoo, night, night);
      String[] settings = java.util.Arrays.copyOf(SETTINGS, SETTINGS.length + 2);
      settings[SETTINGS.length] = "additive.sharing";
      settings[SETTINGS.length + 1] = mode;
      CompressReport report = Runs.compress(zoo, archive, mode, settings);
      assertThat(report.tensorsSolved()).as(mode).isEqualTo(6);
      for (int f = 0; f < contents.size(); f++) {
        assertThat(files.get(f)).as(mode).hasBinaryContent(contents.get(f));
      }
      assertThat(Runs.tensors(archive, "m03"))
          .as(mode)
          .usingRecursiveComparison()
          .isEqualTo(tensors);
      assertThat(Runs.query(archive, USED.formatted(mode)))
          .as("%s keeps what the models before refer to", mode)
          .extracting(row -> row.get(0))
          .containsAll(used.stream().map(row -> row.get(0)).toList());
      night++;
    }
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();

    GcReport kept =
        new GcJob()
            .run(
                TestSpark.local(),
                new GcRequest(archive.toString(), OptionalInt.of(1), OptionalInt.empty(), false),
                Progress.SILENT);
    assertThat(kept.lines())
        .filteredOn(line -> line.kind().equals("shared"))
        .hasSizeGreaterThanOrEqualTo(used.size())
        .allMatch(line -> !line.delete() && line.reason().contains("refers to it"));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
