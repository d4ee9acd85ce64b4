package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.archive.CompressedModel;
import org.zoopress.error.UserInputException;

/** A zoo through the whole pipeline, in one JVM. */
class CompressJobTest {
  @TempDir Path folder;
  private Path zoo;
  private Path archive;

  @BeforeEach
  void makeZoo() throws IOException {
    zoo = folder.resolve("zoo");
    archive = folder.resolve("archive");
    TestZoo.safetensors(zoo.resolve("a.safetensors"), TestZoo.network(1));
    TestZoo.safetensors(zoo.resolve("sub/b.safetensors"), TestZoo.network(2));
  }

  private CompressReport compress(String runId, String... settings) throws Exception {
    return compress(archive, runId, settings);
  }

  private CompressReport compress(Path target, String runId, String... settings) throws Exception {
    return new CompressJob()
        .run(
            TestSpark.local(),
            new CompressRequest(
                zoo.toString(),
                target.toString(),
                Optional.ofNullable(runId),
                TestZoo.settings(settings)),
            Progress.SILENT);
  }

  @Test
  void losslessRunGivesTheFilesBackByteForByte() throws Exception {
    CompressReport report = compress("night", "methods", "lossless");
    assertThat(report.modelsOk()).isEqualTo(2);
    assertThat(report.modelsFailed()).isZero();
    assertThat(report.compressionRatio()).isGreaterThan(1);
    assertThat(report.status()).isEqualTo("committed");
    RestoreReport restored =
        new RestoreJob()
            .run(
                TestSpark.local(),
                new RestoreRequest(
                    archive.toString(),
                    "sub/b",
                    folder.resolve("b.safetensors").toString(),
                    Optional.empty(),
                    Optional.empty()),
                Progress.SILENT);
    assertThat(restored.tensors()).isEqualTo(6);
    assertThat(folder.resolve("b.safetensors"))
        .hasSameBinaryContentAs(zoo.resolve("sub/b.safetensors"));
    assertThat(verify().tensorsFailed()).isZero();
  }

  @Test
  void storedBytesAreTheFilesOnDisk() throws Exception {
    CompressReport report = compress("night", "scalar.bits", "4,3,2");
    long onDisk = 0;
    for (Path file : files(archive.resolve("payloads"))) {
      onDisk += Files.size(file);
    }
    assertThat(report.storedBytes()).isEqualTo(onDisk);
    assertThat(report.compressionRatio()).isEqualTo((double) report.originalBytes() / onDisk);
  }

  @Test
  void payloadsAreTheSameForAnyNumberOfPartitions() throws Exception {
    Map<String, byte[]> one = payloads("one", "1");
    assertThat(one).isNotEmpty();
    for (String partitions : List.of("3", "7")) {
      Map<String, byte[]> other = payloads("p" + partitions, partitions);
      assertThat(other.keySet()).isEqualTo(one.keySet());
      other.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(one.get(name)));
    }
  }

  private Map<String, byte[]> payloads(String name, String partitions) throws Exception {
    Path target = folder.resolve(name);
    var unused =
        compress(
            target,
            name,
            "scalar.bits",
            "4,2",
            "partition.count",
            partitions,
            "partition.max-bytes",
            "64k",
            "payload.pack-bytes",
            "64k");
    Map<String, byte[]> content = new TreeMap<>();
    for (Path file : files(target.resolve("payloads"))) {
      content.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return content;
  }

  @Test
  void secondNightSolvesNothingAndAChangedModelOnlyItself() throws Exception {
    CompressReport first = compress("night-1");
    CompressReport second = compress("night-2");
    assertThat(second.tensorsSolved()).isZero();
    assertThat(second.tensorsReused()).isEqualTo(12);
    assertThat(second.storedBytes()).isZero();
    assertThat(second.compressionRatio())
        .isCloseTo(first.compressionRatio(), org.assertj.core.data.Percentage.withPercentage(10));

    Map<String, float[]> changed = TestZoo.network(2);
    changed.get("conv3.weight:32,32,3,3")[7] += 0.5f;
    Files.delete(zoo.resolve("sub/b.safetensors"));
    TestZoo.safetensors(zoo.resolve("sub/b.safetensors"), changed);
    CompressReport third = compress("night-3");
    assertThat(third.tensorsSolved()).isEqualTo(1);
    assertThat(third.tensorsReused()).isEqualTo(11);
    assertThat(verify().tensorsFailed()).isZero();
    assertThat(verify().tensorsChecked()).isEqualTo(36);
    float[] decoded =
        CompressedModel.open(
                new Configuration(),
                new org.apache.hadoop.fs.Path(archive.toString()),
                "sub/b",
                Optional.empty())
            .floats("conv3.weight");
    assertThat(decoded[7])
        .isCloseTo(
            changed.get("conv3.weight:32,32,3,3")[7], org.assertj.core.data.Offset.offset(0.05f));
  }

  @Test
  void equalTensorsAreStoredOnce() throws Exception {
    long two = compress(folder.resolve("x"), "x").storedBytes();
    Files.copy(zoo.resolve("a.safetensors"), zoo.resolve("copy.safetensors"));
    CompressReport three = compress(folder.resolve("y"), "y");
    assertThat(three.modelsOk()).isEqualTo(3);
    assertThat(three.tensorsSolved()).isEqualTo(12);
    assertThat(three.storedBytes() - two).as("only the copy's header is new").isLessThan(600);
  }

  @Test
  void aBrokenModelIsARowAndTheOthersGoOn() throws Exception {
    Files.writeString(
        zoo.resolve("broken.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    Files.writeString(zoo.resolve("notes.txt"), "not a model");
    CompressReport report = compress("night");
    assertThat(report.modelsOk()).isEqualTo(2);
    assertThat(report.modelsFailed()).isEqualTo(1);
    assertThat(report.models())
        .extracting(CompressReport.ModelLine::model, CompressReport.ModelLine::status)
        .contains(
            org.assertj.core.groups.Tuple.tuple("broken", "failed"),
            org.assertj.core.groups.Tuple.tuple("notes.txt", "skipped"));
    assertThat(
            report.models().stream()
                .filter(m -> m.model().equals("broken"))
                .findFirst()
                .orElseThrow()
                .reason())
        .contains("broken.safetensors")
        .contains("git-lfs");
    assertThatThrownBy(
            () ->
                new RestoreJob()
                    .run(
                        TestSpark.local(),
                        new RestoreRequest(
                            archive.toString(),
                            "broken",
                            folder.resolve("r").toString(),
                            Optional.empty(),
                            Optional.empty()),
                        Progress.SILENT))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot restore model 'broken': it failed");
  }

  @Test
  void aTargetIsAHardBoundOnTheBytesOnDisk() throws Exception {
    CompressReport report =
        compress("night", "scalar.bits", "6,5,4,3,2,1.5,1", "target.ratio", "8");
    assertThat(report.compressionRatio()).isGreaterThanOrEqualTo(8).isLessThan(8.8);
    assertThatThrownBy(() -> compress("other", "scalar.bits", "6,4", "target.ratio", "1000"))
        .hasMessageContaining("Cannot meet target.ratio=1000")
        .hasMessageContaining("the least is");
  }

  @Test
  void planStoresNothingAndCompressGoesOnFromIt() throws Exception {
    CompressRequest request =
        new CompressRequest(
            zoo.toString(),
            archive.toString(),
            Optional.empty(),
            TestZoo.settings("methods", "scalar,dictionary-pair", "target.ratio", "9"));
    PlanReport plan = new PlanJob().run(TestSpark.local(), request, Progress.SILENT);
    assertThat(plan.compressionRatio()).isGreaterThanOrEqualTo(9);
    assertThat(archive.resolve("_commits")).doesNotExist();
    assertThat(archive.resolve("payloads")).doesNotExist();
    CompressReport report = new CompressJob().run(TestSpark.local(), request, Progress.SILENT);
    assertThat(report.runId()).isEqualTo(plan.runId());
    assertThat(report.storedBytes()).isLessThanOrEqualTo(plan.storedBytes());
    assertThat(archive.resolve("_staging").toFile().list()).isEmpty();
    InspectReport why =
        new ExplainJob()
            .run(
                TestSpark.local(),
                new ExplainRequest(
                    archive.toString(), "a", Optional.of("conv2.weight"), Optional.empty()),
                Progress.SILENT);
    List<List<String>> candidates = why.sections().get(1).rows();
    assertThat(candidates).filteredOn(row -> row.get(0).equals("chosen")).hasSize(1);
    assertThat(candidates)
        .extracting(row -> row.get(1))
        .contains("lossless", "scalar", "dictionary-pair");
  }

  @Test
  void aCommittedRunIsNotRepeatedAndAnEmptyZooIsAnError() throws Exception {
    CompressReport first = compress("night");
    CompressReport again = compress("night");
    assertThat(again.status()).isEqualTo("already-committed");
    assertThat(again.storedBytes()).isEqualTo(first.storedBytes());
    assertThatThrownBy(() -> compress("night", "scalar.bits", "3"))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot use run id 'night': the archive has a committed run of that id with another zoo"
                + " or other settings. Choose another --run-id.");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Files.write(empty.resolve("readme.md"), "x".getBytes(StandardCharsets.UTF_8));
    zoo = empty;
    assertThatThrownBy(() -> compress(folder.resolve("z"), "z"))
        .hasMessageContaining("none of its 1 files is a model");
  }

  @Test
  void damagedPayloadsAreFoundByVerify() throws Exception {
    var unused = compress("night");
    Path pack = files(archive.resolve("payloads")).get(0);
    byte[] bytes = Files.readAllBytes(pack);
    bytes[bytes.length / 2] ^= 1;
    Files.write(pack, bytes);
    VerifyReport report = verify();
    assertThat(report.tensorsFailed()).isPositive();
    assertThat(report.failures().get(0).reason()).contains("pack-000000000.parquet");
  }

  @Test
  void sqlSeesCommittedRows() throws Exception {
    var unused = compress("night");
    QueryReport report =
        new QueryJob()
            .run(
                TestSpark.local(),
                new QueryRequest(
                    archive.toString(),
                    "SELECT model, tensors, run_id FROM models ORDER BY model",
                    100),
                Progress.SILENT);
    assertThat(report.columns()).containsExactly("model", "tensors", "run_id");
    assertThat(report.rows())
        .containsExactly(List.of("a", 6, "night"), List.of("sub/b", 6, "night"));
    assertThatThrownBy(
            () ->
                new QueryJob()
                    .run(
                        TestSpark.local(),
                        new QueryRequest(archive.toString(), "SELECT nothing FROM models", 10),
                        Progress.SILENT))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot run the query");
  }

  private VerifyReport verify() throws Exception {
    return new VerifyJob()
        .run(
            TestSpark.local(),
            new VerifyRequest(archive.toString(), Optional.empty()),
            Progress.SILENT);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
