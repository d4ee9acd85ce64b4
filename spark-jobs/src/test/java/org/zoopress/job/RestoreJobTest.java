package org.zoopress.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorReader;

/** Every format in, and what comes out. */
class RestoreJobTest {
  private static final String GRAPH = "glyph-separable.onnx";

  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path zoo;
  private static Path archive;

  /** A graph, a checkpoint, a model in shards, and one network in three formats. */
  @BeforeAll
  static void compress() throws Exception {
    zoo = Files.createDirectories(shared.resolve("zoo"));
    archive = shared.resolve("archive");
    Files.createDirectories(zoo.resolve("nets"));
    Files.copy(Runs.datasets().resolve("zoo").resolve(GRAPH), zoo.resolve("nets").resolve(GRAPH));
    TestZoo.checkpoint(zoo.resolve("state.pt"), TestZoo.network(3));
    Files.createDirectories(zoo.resolve("big"));
    TestZoo.sharded(zoo.resolve("big"), "model", TestZoo.network(4));
    TestZoo.safetensors(zoo.resolve("same.safetensors"), TestZoo.network(5));
    TestZoo.checkpoint(zoo.resolve("same.pth"), TestZoo.network(6));
    Files.copy(Runs.datasets().resolve("zoo").resolve(GRAPH), zoo.resolve("same.onnx"));
    CompressReport report = Runs.compress(zoo, archive, "night", "methods", "lossless");
    assertThat(report.models())
        .extracting(CompressReport.ModelLine::model)
        .containsExactly(
            "big/model",
            "nets/glyph-separable",
            "same.onnx",
            "same.pth",
            "same.safetensors",
            "state");
    assertThat(report.models()).extracting(CompressReport.ModelLine::status).containsOnly("ok");
  }

  private Path to(String path) {
    return folder.resolve(path);
  }

  private static Map<String, byte[]> tensors(Path file) throws IOException {
    LocalModelFolder models = new LocalModelFolder(file.getParent());
    ModelHeader header =
        ModelReaders.readHeader(models, file.getFileName().toString(), ReaderLimits.DEFAULT);
    Map<String, byte[]> tensors = new java.util.TreeMap<>();
    for (TensorEntry tensor : header.tensors()) {
      try (var source = models.open(header.files().get(tensor.file()).path())) {
        tensors.put(tensor.name(), TensorReader.read(source, tensor, 0, tensor.shape().rows()));
      }
    }
    return tensors;
  }

  private static void assertSameTensors(Map<String, byte[]> found, Map<String, byte[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }

  @Test
  void aGraphComesBackByteForByte() throws Exception {
    RestoreReport report = Runs.restore(archive, "nets/glyph-separable", to("x.onnx"), null);
    assertThat(report.format()).isEqualTo("onnx");
    assertThat(report.files()).hasSize(1);
    assertThat(report.bytes()).isEqualTo(Files.size(to("x.onnx")));
    assertThat(to("x.onnx")).hasSameBinaryContentAs(zoo.resolve("nets").resolve(GRAPH));
    assertThat(Runs.files(folder)).as("nothing else").hasSize(1);
  }

  @Test
  void aFolderAsTargetGetsTheFileUnderItsName() throws Exception {
    Runs.restore(archive, "nets/glyph-separable", to("folder"), null);
    assertThat(to("folder/" + GRAPH)).hasSameBinaryContentAs(zoo.resolve("nets").resolve(GRAPH));
  }

  @Test
  void aGraphGivesItsTensorsAsSafetensors() throws Exception {
    for (String format : new String[] {"safetensors", null}) {
      Path target = to(format + ".safetensors");
      RestoreReport report = Runs.restore(archive, "nets/glyph-separable", target, format);
      assertThat(report.format()).isEqualTo("safetensors");
      assertSameTensors(tensors(target), Runs.tensors(archive, "nets/glyph-separable"));
    }
    RestoreReport below = Runs.restore(archive, "nets/glyph-separable", to("below"), "safetensors");
    assertThat(below.files()).allMatch(file -> file.endsWith("/below/glyph-separable.safetensors"));
  }

  @Test
  void safetensorsHaveNoGraph() {
    assertThatThrownBy(() -> Runs.restore(archive, "big/model", to("x.onnx"), null))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot write big/model as onnx: its source is a safetensors file, which has no graph. Use safetensors.");
    assertThatThrownBy(() -> Runs.restore(archive, "state", to("x"), "onnx"))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("its source is a PyTorch checkpoint, which has no graph");
    assertThatThrownBy(() -> Runs.restore(archive, "state", to("x.pt"), null))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("pickles are read, never written");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aCheckpointBecomesSafetensors() throws Exception {
    RestoreReport report = Runs.restore(archive, "state", to("out"), null);
    assertThat(report.format()).isEqualTo("safetensors");
    assertThat(report.tensors()).isEqualTo(6);
    assertSameTensors(tensors(to("out/state.safetensors")), tensors(zoo.resolve("state.pt")));
    Runs.restore(archive, "state", to("one.safetensors"), null);
    assertThat(to("one.safetensors")).hasSameBinaryContentAs(to("out/state.safetensors"));
  }

  @Test
  void aModelInShardsComesBackInShards() throws Exception {
    RestoreReport report = Runs.restore(archive, "big/model", to("shards"), null);
    assertThat(report.files()).hasSize(3);
    for (Path file : Runs.files(zoo.resolve("big"))) {
      assertThat(to("shards").resolve(file.getFileName().toString())).hasSameBinaryContentAs(file);
    }
    assertThatThrownBy(() -> Runs.restore(archive, "big/model", to("x.safetensors"), null))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot restore model 'big/model' to the file %s: it has 3 files. Name a folder with --to.",
            to("x.safetensors"));
  }

  @Test
  void namesThatFormatsShareAreResolvedByFormat() throws Exception {
    assertThat(Runs.restore(archive, "same", to("a.onnx"), null).model()).isEqualTo("same.onnx");
    assertThat(Runs.restore(archive, "same", to("b"), null).model()).isEqualTo("same.safetensors");
    assertThat(Runs.restore(archive, "same.pth", to("c"), null).model()).isEqualTo("same.pth");
    assertThat(Runs.restore(archive, "state.pt", to("d"), null).model()).isEqualTo("state");
    assertThat(Runs.restore(archive, "same.onnx", to("e.safetensors"), null).model())
        .isEqualTo("same.onnx");
    assertThatThrownBy(() -> Runs.restore(archive, "state.onnx", to("f"), null))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining(
            "Cannot find model 'state.onnx' in run night: its models are [big/model");
  }

  @Test
  void aDamagedArchiveIsAMessageAndLeavesNoFile() throws Exception {
    Path damaged = folder.resolve("damaged");
    for (Path file : Runs.files(archive)) {
      Path copy = damaged.resolve(archive.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    // A second run whose packs hold the models' blobs only: the payloads are damaged afterwards.
    Files.setLastModifiedTime(
        zoo.resolve("state.pt"), java.nio.file.attribute.FileTime.fromMillis(1));
    Runs.compress(zoo, damaged, "second", "methods", "lossless");
    Path pack =
        Runs.files(damaged.resolve("payloads")).stream()
            .filter(file -> file.toString().contains("run_id=night"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Files.readAllBytes(pack);
    bytes[bytes.length / 2] ^= 1;
    Files.write(pack, bytes);
    assertThatThrownBy(() -> Runs.restore(damaged, "state", to("out/x.safetensors"), null))
        .hasStackTraceContaining("Check the file system, or restore this file from a backup.");
    assertThat(Runs.files(folder.resolve("out"))).as(List.of("out").toString()).isEmpty();
  }
}
