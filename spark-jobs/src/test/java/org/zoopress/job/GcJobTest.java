package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.archive.ArchivePaths;
import org.zoopress.archive.Lease;
import org.zoopress.error.UserInputException;
import org.zoopress.method.SharedObject;

/** What may be deleted of an archive, what holds it, and that nothing else is touched. */
class GcJobTest {
  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  /** Three nights: a and b, then both replaced, then c added. */
  @BeforeEach
  void nights() throws Exception {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    put("a", 1);
    put("b", 2);
    Runs.compress(zoo, archive, "night-1");
    put("a", 3);
    put("b", 4);
    Runs.compress(zoo, archive, "night-2");
    put("c", 5);
    Runs.compress(zoo, archive, "night-3");
  }

  private void put(String model, long seed) throws IOException {
    Path file = zoo.resolve(model + ".safetensors");
    Files.deleteIfExists(file);
    TestZoo.safetensors(file, TestZoo.network(seed));
  }

  private GcReport collect(int keepRuns, boolean dryRun) throws Exception {
    return collect(
        new GcRequest(
            archive.toString(),
            keepRuns == 0 ? OptionalInt.empty() : OptionalInt.of(keepRuns),
            OptionalInt.empty(),
            dryRun));
  }

  private static GcReport collect(GcRequest request) throws Exception {
    return new GcJob().run(TestSpark.local(), request, Progress.SILENT);
  }

  private static List<String> lines(GcReport report, String kind) {
    return report.lines().stream()
        .filter(line -> line.kind().equals(kind))
        .map(
            line ->
                "%s %s: %s"
                    .formatted(line.delete() ? "delete" : "keep", line.name(), line.reason()))
        .toList();
  }

  private Map<String, byte[]> content() throws IOException {
    Map<String, byte[]> content = new java.util.TreeMap<>();
    for (Path file : Runs.files(archive)) {
      content.put(archive.relativize(file).toString(), Files.readAllBytes(file));
    }
    return content;
  }

  @Test
  void aRunThatANewerOneHasPayloadsInStays() throws Exception {
    GcReport report = collect(1, false);
    assertThat(lines(report, "run"))
        .containsExactly(
            "delete night-1: no run that stays needs it",
            "keep night-2: run night-3 has payloads in it",
            "keep night-3: one of the newest 1 runs");
    assertThat(lines(report, "pack"))
        .singleElement()
        .asString()
        .startsWith("keep payloads/")
        .contains("run_id=night-2")
        .endsWith("runs that stay have payloads in it");
    assertThat(report.freedBytes()).isPositive();
    assertThat(Runs.files(archive)).noneMatch(file -> file.toString().contains("night-1"));
    assertThat(archive.resolve("_commits/night-1.json")).doesNotExist();
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
    assertThat(Runs.verify(archive).tensorsChecked()).isEqualTo(30);
    for (String model : List.of("a", "b", "c")) {
      assertThat(Runs.open(archive, model).floats("fc.bias")).hasSize(40);
    }
    assertThat(collect(1, false).freedBytes()).isZero();
    assertThat(Runs.compress(zoo, archive, "night-4").tensorsSolved()).isZero();
  }

  @Test
  void aDryRunTellsTheSameAndChangesNothing() throws Exception {
    Map<String, byte[]> before = content();
    GcReport told = collect(1, true);
    assertThat(content().keySet()).isEqualTo(before.keySet());
    GcReport done = collect(1, false);
    assertThat(done.lines()).isEqualTo(told.lines());
    assertThat(done.freedBytes()).isEqualTo(told.freedBytes());
    long gone = 0;
    Map<String, byte[]> after = content();
    for (Map.Entry<String, byte[]> file : before.entrySet()) {
      if (!after.containsKey(file.getKey()) && !file.getKey().startsWith("_")) {
        gone += file.getValue().length;
      }
    }
    assertThat(done.freedBytes()).isEqualTo(gone);
  }

  @Test
  void withoutARuleAllRunsStay() throws Exception {
    GcReport report = collect(0, false);
    assertThat(report.freedBytes()).isZero();
    assertThat(lines(report, "run"))
        .hasSize(3)
        .allMatch(line -> line.endsWith("neither --keep-runs nor --older-than is given"));
  }

  @Test
  void youngRunsStayAndTheNewestWhateverItsAge() throws Exception {
    GcReport young =
        collect(new GcRequest(archive.toString(), OptionalInt.empty(), OptionalInt.of(2), false));
    assertThat(lines(young, "run")).allMatch(line -> line.endsWith("committed in the last 2 days"));
    GcReport old =
        collect(new GcRequest(archive.toString(), OptionalInt.empty(), OptionalInt.of(0), true));
    assertThat(lines(old, "run"))
        .containsExactly(
            "delete night-1: no run that stays needs it",
            "keep night-2: run night-3 has payloads in it",
            "keep night-3: the newest run");
  }

  /** Killed after the manifests, and after some of the files. */
  @Test
  void aRerunGoesOnWhereAKilledOneStopped() throws Exception {
    Files.delete(archive.resolve("_commits/night-1.json"));
    Files.delete(
        Runs.files(archive.resolve("tensors")).stream()
            .filter(file -> file.toString().contains("night-1"))
            .findFirst()
            .orElseThrow());
    GcReport report = collect(0, false);
    assertThat(lines(report, "file"))
        .as("payloads, runs, models, candidates")
        .hasSize(4)
        .allMatch(line -> line.contains("night-1") && line.endsWith("no manifest names it"));
    assertThat(Runs.files(archive)).noneMatch(file -> file.toString().contains("night-1"));
    assertThat(Runs.verify(archive).tensorsFailed()).isZero();
  }

  /** One that only a run that goes refers to, one that another refers to as well. */
  @Test
  void aSharedObjectGoesWithTheLastRunThatRefersToIt() throws Exception {
    String lonely = share(new byte[] {1}, "night-1");
    String held = share(new byte[] {2}, "night-1", "night-3");
    GcReport report = collect(1, false);
    assertThat(lines(report, "shared"))
        .containsExactlyInAnyOrder(
            "delete %s: no run that stays refers to it".formatted(lonely),
            "keep %s: run night-3 refers to it".formatted(held));
    assertThat(archive.resolve(lonely)).doesNotExist();
    assertThat(archive.resolve(held)).exists();
  }

  private String share(byte[] body, String... runs) throws IOException {
    SharedObject object = new SharedObject(SharedObject.Kind.CODEBOOKS, body);
    String path = ArchivePaths.relative(object);
    Files.createDirectories(archive.resolve("codebooks"));
    Files.write(archive.resolve(path), object.content());
    ObjectMapper json = new ObjectMapper();
    for (String run : runs) {
      Path manifest = archive.resolve("_commits/%s.json".formatted(run));
      ObjectNode tree = (ObjectNode) json.readTree(manifest.toFile());
      ((ArrayNode) tree.get("files"))
          .addObject()
          .put("table", "shared")
          .put("path", path)
          .put("bytes", object.content().length);
      json.writeValue(manifest.toFile(), tree);
    }
    return path;
  }

  @Test
  void stagingFoldersGoAfterAWeek() throws Exception {
    Path young = archive.resolve("_staging/young/solved/x.solved");
    Path old = archive.resolve("_staging/old/solved/x.solved");
    for (Path file : List.of(young, old)) {
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[10]);
    }
    FileTime past = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
    try (Stream<Path> all = Files.walk(archive.resolve("_staging/old"))) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, past);
      }
    }
    GcReport report = collect(0, false);
    assertThat(lines(report, "staging"))
        .containsExactlyInAnyOrder(
            "delete old: nobody has touched it for 8 days",
            "keep young: touched in the last 7 days: its run may go on");
    assertThat(young).exists();
    assertThat(archive.resolve("_staging/old")).doesNotExist();
  }

  @Test
  void aRunAndTheCollectorKeepOutOfEachOthersWay() throws Exception {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(archive.toString());
    FileSystem fs = root.getFileSystem(new Configuration());
    ArchivePaths paths = new ArchivePaths(root);
    Files.createDirectories(archive.resolve("_staging/busy"));
    Duration term = Duration.ofMinutes(5);
    try (Lease busy =
        Lease.acquire(
            fs, new org.apache.hadoop.fs.Path(paths.staging("busy"), "lease.json"), term)) {
      assertThatThrownBy(() -> collect(1, false))
          .isInstanceOf(UserInputException.class)
          .hasMessageStartingWith("Cannot collect archive ")
          .hasMessageEndingWith(" works on run busy. Wait for it, or end it.");
      busy.check();
      assertThat(collect(1, true).freedBytes()).as("looking is allowed").isPositive();
    }
    fs.mkdirs(paths.collectorLease().getParent());
    try (Lease collector = Lease.acquire(fs, paths.collectorLease(), term)) {
      assertThatThrownBy(() -> Runs.compress(zoo, archive, "night-4"))
          .isInstanceOf(UserInputException.class)
          .hasMessageStartingWith("Cannot start the run: gc deletes files of archive ");
      collector.check();
    }
    assertThat(Runs.compress(zoo, archive, "night-4").modelsOk()).isEqualTo(3);
  }

  @Test
  void twoRulesAndAWrongPathAreRefused() {
    assertThatThrownBy(
            () ->
                collect(
                    new GcRequest(archive.toString(), OptionalInt.of(1), OptionalInt.of(1), true)))
        .hasMessage(
            "Cannot use both --keep-runs and --older-than: which runs may go is one rule. Leave one of them out.");
    assertThatThrownBy(
            () ->
                collect(
                    new GcRequest(
                        archive.toString(), OptionalInt.of(0), OptionalInt.empty(), true)))
        .hasMessageContaining("--keep-runs must be at least 1");
    assertThatThrownBy(
            () ->
                collect(
                    new GcRequest(
                        folder.resolve("no").toString(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        false)))
        .hasMessageContaining("it has no committed run");
    assertThat(folder.resolve("no")).doesNotExist();
  }
}
