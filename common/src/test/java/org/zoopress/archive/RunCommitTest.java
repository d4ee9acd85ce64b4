package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.error.UserInputException;

/** All or nothing becomes visible, wherever the driver dies. */
class RunCommitTest {
  private static final String RUN = "night";
  private static final Instant DATE = Instant.parse("2026-11-21T01:02:03Z");
  private static final Configuration CONF = new Configuration();

  private static Path template;
  private static Manifest manifest;

  @TempDir Path folder;

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Two packs and a table, complete in the staging folder, with what a run leaves beside them. */
  @BeforeAll
  static void makeTemplate(@TempDir Path shared) throws IOException {
    template = shared.resolve("template");
    RunCommit commit = new RunCommit(CONF, hadoop(template));
    List<DataFile> files = new ArrayList<>();
    for (int pack = 0; pack < 2; pack++) {
      byte[] data = {1, 2, (byte) pack};
      Row row =
          new Row().set("pack", pack).set("sha256", Digests.sha256Bytes(data)).set("data", data);
      files.add(stage(commit, Table.PAYLOADS, ArchivePaths.packFile(pack), List.of(row)));
    }
    files.add(
        stage(commit, Table.MODELS, "part-00000.parquet", List.of(new Row().set("model", "m"))));
    Path staging = template.resolve("_staging").resolve(RUN);
    Files.writeString(staging.resolve("request.json"), "{\"request\":\"r\"}");
    Files.createDirectories(staging.resolve("solved"));
    Files.writeString(staging.resolve("solved/x.solved"), "candidates");
    manifest =
        new Manifest(Manifest.CURRENT_FORMAT, "compress", RUN, RUN, DATE.toString(), "r", files);
  }

  /** The same in another archive. */
  private static Manifest stage(Path archive) throws IOException {
    try (Stream<Path> walk = Files.walk(template)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        Path copy = archive.resolve(template.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return manifest;
  }

  private static DataFile stage(RunCommit commit, Table table, String name, List<Row> rows)
      throws IOException {
    String path = ArchivePaths.relative(table, RUN, DATE, name);
    return new DataFile(
        table.label(), path, ParquetRows.write(CONF, commit.staged(RUN, path), table, rows));
  }

  private static Map<String, String> content(Path archive) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(archive)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(
            archive.relativize(file).toString(),
            HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private static void assertNothingHalfVisible(Path archive) throws IOException {
    ArchiveReader reader = ArchiveReader.openOrEmpty(CONF, hadoop(archive));
    boolean committed = Files.exists(archive.resolve("_commits").resolve(RUN + ".json"));
    assertThat(reader.runs()).hasSize(committed ? 1 : 0);
    if (committed) {
      Manifest run = reader.run(RUN).orElseThrow();
      assertThat(reader.rows(run, Table.MODELS).get(0).string("model")).isEqualTo("m");
      for (int pack = 0; pack < 2; pack++) {
        byte[] data = new PackStore(CONF, reader.packs()).pack(new PayloadPointer(RUN, pack, 0, 3));
        assertThat(data).containsExactly(1, 2, pack);
      }
    }
  }

  private Map<String, String> undisturbed() throws IOException {
    Path archive = folder.resolve("undisturbed");
    Manifest manifest = stage(archive);
    new RunCommit(CONF, hadoop(archive)).commit(RUN, manifest);
    assertNothingHalfVisible(archive);
    Map<String, String> files = content(archive);
    assertThat(files.keySet())
        .hasSize(4)
        .allMatch(path -> !path.startsWith("_staging"))
        .contains("_commits/night.json");
    return files;
  }

  @ParameterizedTest(name = "the call takes effect: {0}, what follows fails too: {1}")
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void aCommitThatDiesAtAnyStepIsFinishedByTheNextDriver(boolean effect, boolean lasting)
      throws IOException {
    Map<String, String> expected = undisturbed();
    int rolledForward = 0;
    int call = 1;
    for (boolean reached = true; reached; call++) {
      Path archive = folder.resolve("fault-" + call);
      Outcome outcome = commit(archive, call, effect, lasting);
      reached = outcome != Outcome.UNDISTURBED;
      assertNothingHalfVisible(archive);
      RunCommit next = new RunCommit(CONF, hadoop(archive));
      boolean begun = Files.exists(archive.resolve("_staging/night/commit.json"));
      next.rollForward();
      assertNothingHalfVisible(archive);
      if (begun || Files.exists(archive.resolve("_commits/night.json"))) {
        rolledForward++;
      } else {
        // Died before the intent: the run is invisible, and the work is still there.
        assertThat(ArchiveReader.openOrEmpty(CONF, hadoop(archive)).runs()).isEmpty();
        next.commit(RUN, manifest);
      }
      assertThat(content(archive)).as("died at call %s", call).isEqualTo(expected);
      next.rollForward();
      assertThat(content(archive)).isEqualTo(expected);
    }
    assertThat(call).as("steps of a commit").isGreaterThan(12);
    assertThat(rolledForward).isGreaterThan(10);
  }

  @Test
  void theNextDriverMayDieAtAnyStepToo() throws IOException {
    Map<String, String> expected = undisturbed();
    int call = 1;
    for (boolean died = true; died; call++) {
      int again = 1;
      for (boolean diedAgain = true; diedAgain; again++) {
        Path archive = folder.resolve("fault-" + call + "-" + again);
        died = commit(archive, call, true, true) == Outcome.DIED;
        diedAgain = rollForwardDies(archive, again);
        RunCommit third = new RunCommit(CONF, hadoop(archive));
        third.rollForward();
        if (!Files.exists(archive.resolve("_commits/night.json"))) {
          third.commit(RUN, manifest);
        }
        assertThat(content(archive))
            .as("died at call %s, then %s", call, again)
            .isEqualTo(expected);
      }
    }
  }

  private enum Outcome {
    /** There are fewer calls. */
    UNDISTURBED,
    /** The commit went through although the answer to a call got lost. */
    SURVIVED,
    DIED
  }

  private static Outcome commit(Path archive, int call, boolean effect, boolean lasting)
      throws IOException {
    Manifest manifest = stage(archive);
    FaultyFileSystem.reset();
    RunCommit commit =
        new RunCommit(FaultyFileSystem.dyingAt(call, effect, lasting), hadoop(archive));
    try {
      commit.commit(RUN, manifest);
      return FaultyFileSystem.faults() > 0 ? Outcome.SURVIVED : Outcome.UNDISTURBED;
    } catch (IOException e) {
      assertThat(e).hasStackTraceContaining("died at call " + call);
      return Outcome.DIED;
    }
  }

  private static boolean rollForwardDies(Path archive, int call) throws IOException {
    try {
      new RunCommit(FaultyFileSystem.dyingAt(call, true, true), hadoop(archive)).rollForward();
      return false;
    } catch (IOException e) {
      assertThat(e).hasMessage("died at call " + call);
      return true;
    }
  }

  @Test
  void twoDriversMayFinishTheSameCommitAtOnce() throws Exception {
    Map<String, String> expected = undisturbed();
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 60; round++) {
        Path archive = folder.resolve("round-" + round);
        Manifest manifest = stage(archive);
        Files.write(archive.resolve("_staging/night/commit.json"), manifest.toJson());
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Void> driver =
            () -> {
              RunCommit commit = new RunCommit(CONF, hadoop(archive));
              start.await();
              commit.rollForward();
              return null;
            };
        Future<Void> one = drivers.submit(driver);
        Future<Void> other = drivers.submit(driver);
        one.get();
        other.get();
        new RunCommit(CONF, hadoop(archive)).rollForward();
        assertThat(content(archive)).as("round %s", round).isEqualTo(expected);
      }
    } finally {
      drivers.shutdownNow();
    }
  }

  @Test
  void aCommittedRunIsNeverReplaced() throws IOException {
    Path archive = folder.resolve("twice");
    Manifest manifest = stage(archive);
    RunCommit commit = new RunCommit(CONF, hadoop(archive));
    commit.commit(RUN, manifest);
    Map<String, String> committed = content(archive);
    Manifest again = stage(archive);
    assertThatThrownBy(() -> commit.commit(RUN, again))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot commit run night: another driver has committed it meanwhile. Its result will be used.");
    commit.rollForward();
    assertThat(content(archive)).isEqualTo(committed);
  }

  @Test
  void workIsDiscardedOnlyWhileItsCommitHasNotBegun() throws IOException {
    Path archive = folder.resolve("discarded");
    stage(archive);
    RunCommit commit = new RunCommit(CONF, hadoop(archive));
    commit.discard(RUN);
    assertThat(archive.resolve("_staging/night")).doesNotExist();
    Path begun = folder.resolve("begun");
    assertThat(commit(begun, 6, true, true)).isEqualTo(Outcome.DIED);
    RunCommit next = new RunCommit(CONF, hadoop(begun));
    next.discard(RUN);
    next.rollForward();
    assertThat(content(begun)).isEqualTo(undisturbed());
  }

  @Test
  void workThatIsStillBeingComputedIsLeftAlone() throws IOException {
    Path archive = folder.resolve("open");
    stage(archive);
    Map<String, String> before = content(archive);
    new RunCommit(CONF, hadoop(archive)).rollForward();
    assertThat(content(archive)).isEqualTo(before);
    assertThat(ArchiveReader.openOrEmpty(CONF, hadoop(archive)).manifests()).isEmpty();
  }

  @Test
  void aStagedFileThatIsGoneIsAnErrorAndNothingBecomesVisible() throws IOException {
    Path archive = folder.resolve("gone");
    Manifest manifest = stage(archive);
    Files.delete(archive.resolve("_staging/night/final").resolve(manifest.files().get(1).path()));
    RunCommit commit = new RunCommit(CONF, hadoop(archive));
    assertThatThrownBy(() -> commit.commit(RUN, manifest))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pack-000000001.parquet is missing: neither staged nor in its place");
    assertThat(ArchiveReader.openOrEmpty(CONF, hadoop(archive)).manifests()).isEmpty();
  }
}
