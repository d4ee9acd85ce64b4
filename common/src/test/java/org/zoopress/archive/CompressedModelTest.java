package org.zoopress.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zoopress.allocate.Candidate;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.archive.Manifest.DataFile;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.error.UserInputException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.ModelSkeleton;
import org.zoopress.zoo.ModelWriter;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;

/** An archive that this test writes by hand, without Spark, and reads as a user's program would. */
class CompressedModelTest {
  private static final Configuration CONF = new Configuration();
  private static final Instant DATE = Instant.parse("2026-11-21T00:00:00Z");

  @TempDir Path folder;
  private org.apache.hadoop.fs.Path archive;
  private final float[] matrix = new float[64 * 32];

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(41);
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian();
    }
    archive = new org.apache.hadoop.fs.Path(folder.resolve("archive").toUri());
    Path zoo = Files.createDirectories(folder.resolve("zoo/nets"));
    try (OutputStream out = Files.newOutputStream(zoo.resolve("m.safetensors"))) {
      ModelWriter.writeSafetensors(
          List.of(
              entry("w", DType.F32, 64, 32),
              entry("steps", DType.I64),
              entry("none", DType.F16, 0, 3)),
          Map.of("author", "a test"),
          (tensor, target) -> {
            if (tensor.name().equals("w")) {
              target.write(DType.F32.fromFloats(matrix));
            } else if (tensor.name().equals("steps")) {
              target.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            }
          },
          out);
    }
    commit("lossless", "2026-11-21T01:00:00Z", "methods=lossless");
    commit("scalar", "2026-11-21T02:00:00Z", "methods=scalar", "scalar.bits=6");
  }

  private static TensorEntry entry(String name, DType dtype, long... dims) {
    return new TensorEntry(name, dtype, Shape.of(dims), 0, 0, TensorLayout.ROW_MAJOR);
  }

  /** The matrix in two parts, so that parts are put together again. */
  private void commit(String run, String committed, String... settings) throws IOException {
    LocalModelFolder zoo = new LocalModelFolder(folder.resolve("zoo"));
    ModelHeader header = ModelReaders.readHeader(zoo, "nets/m.safetensors", ReaderLimits.DEFAULT);
    UnitSolver solver =
        new UnitSolver(Settings.of(SettingsSource.ofAssignments(List.of(settings))));
    byte[] w = DType.F32.fromFloats(matrix);
    byte[] top = java.util.Arrays.copyOf(w, w.length / 4);
    byte[] bottom = java.util.Arrays.copyOfRange(w, w.length / 4, w.length);
    List<List<WeightPartition>> tensors = new ArrayList<>();
    for (TensorEntry entry : header.tensors()) {
      tensors.add(
          switch (entry.name()) {
            case "w" ->
                List.of(
                    new WeightPartition("w", 0, DType.F32, Shape.of(16, 32), top),
                    new WeightPartition("w", 1, DType.F32, Shape.of(48, 32), bottom));
            case "steps" ->
                List.of(
                    new WeightPartition(
                        "s", 0, DType.I64, Shape.of(), new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
            default -> List.of(new WeightPartition("n", 0, DType.F16, Shape.of(0, 3), new byte[0]));
          });
    }
    java.io.ByteArrayOutputStream pack = new java.io.ByteArrayOutputStream();
    List<List<PartPointer>> pointers = new ArrayList<>();
    for (List<WeightPartition> parts : tensors) {
      List<PartPointer> places = new ArrayList<>();
      for (WeightPartition part : parts) {
        List<Candidate> ok =
            solver.solve(List.of(part), false, "x").stream()
                .filter(c -> c.status() == Candidate.Status.OK)
                .toList();
        byte[] payload = ok.get(ok.size() - 1).payload();
        places.add(new PartPointer(new PayloadPointer(run, 0, pack.size(), payload.length), 0));
        pack.writeBytes(payload);
      }
      pointers.add(places);
    }
    byte[] blob = new ModelBlob(ModelSkeleton.read(zoo, header).encode(), pointers).encode(run);
    int offset = pack.size();
    pack.writeBytes(blob);
    RunCommit commit = new RunCommit(CONF, archive);
    List<DataFile> files = new ArrayList<>();
    files.add(
        stage(
            commit,
            run,
            Table.PAYLOADS,
            "pack-000000000.parquet",
            List.of(
                new Row()
                    .set("pack", 0)
                    .set("sha256", Digests.sha256Bytes(pack.toByteArray()))
                    .set("data", pack.toByteArray()))));
    files.add(
        stage(
            commit,
            run,
            Table.MODELS,
            "part-00000.parquet",
            List.of(
                new Row().set("model", "broken").set("status", "failed"),
                new Row()
                    .set("model", "nets/m")
                    .set("status", "ok")
                    .set("blob_run_id", run)
                    .set("blob_pack", 0)
                    .set("blob_offset", offset)
                    .set("blob_bytes", blob.length))));
    commit.commit(
        run, new Manifest(Manifest.CURRENT_FORMAT, "compress", run, run, committed, "", files));
  }

  private static DataFile stage(
      RunCommit commit, String run, Table table, String name, List<Row> rows) throws IOException {
    String path = ArchivePaths.relative(table, run, DATE, name);
    return new DataFile(
        table.label(), path, ParquetRows.write(CONF, commit.staged(run, path), table, rows));
  }

  @Test
  void oneTensorIsDecodedAlone() throws IOException {
    CompressedModel model = CompressedModel.open(CONF, archive, "nets/m", Optional.of("lossless"));
    assertThat(model.floats("w")).isEqualTo(matrix);
    assertThat(model.bytes("steps")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(model.bytes("none")).isEmpty();
    assertThat(model.header().metadata()).containsEntry("author", "a test");
    assertThat(model.parts().stream().mapToInt(List::size).sum()).isEqualTo(4);
  }

  @Test
  void withoutARunTheNewestIsTaken() throws IOException {
    CompressedModel model = CompressedModel.open(CONF, archive, "nets/m", Optional.empty());
    float[] decoded = model.floats("w");
    double error = 0;
    double norm = 0;
    for (int i = 0; i < matrix.length; i++) {
      error += Math.pow(decoded[i] - matrix[i], 2);
      norm += Math.pow(matrix[i], 2);
    }
    assertThat(error / norm).isPositive().isLessThan(1e-3);
  }

  @Test
  void theFilesComeBackByteForByte() throws IOException {
    CompressedModel.open(CONF, archive, "nets/m", Optional.of("lossless"))
        .restore(
            path -> {
              Path target = folder.resolve("restored").resolve(path);
              Files.createDirectories(target.getParent());
              return Files.newOutputStream(target);
            });
    assertThat(folder.resolve("restored/nets/m.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("zoo/nets/m.safetensors"));
  }

  @Test
  void whatIsNotThereIsAMessage() throws IOException {
    assertThatThrownBy(() -> CompressedModel.open(CONF, archive, "m", Optional.empty()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot open model 'm' of run scalar in file:");
    assertThatThrownBy(() -> CompressedModel.open(CONF, archive, "broken", Optional.empty()))
        .isInstanceOf(UserInputException.class);
    assertThatThrownBy(() -> CompressedModel.open(CONF, archive, "nets/m", Optional.of("x")))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot find run 'x'")
        .hasMessageContaining("[lossless, scalar]");
    CompressedModel model = CompressedModel.open(CONF, archive, "nets/m", Optional.empty());
    assertThatThrownBy(() -> model.bytes("v"))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("Cannot decode tensor 'v' of model 'nets/m'")
        .hasMessageContaining("w");
    org.apache.hadoop.fs.Path nowhere = new org.apache.hadoop.fs.Path(archive, "nowhere");
    assertThatThrownBy(() -> CompressedModel.open(CONF, nowhere, "m", Optional.empty()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("it has no committed run");
  }
}
