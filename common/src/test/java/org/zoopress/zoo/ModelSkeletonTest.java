package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.zoopress.zoo.Proto.external;
import static org.zoopress.zoo.Proto.model;
import static org.zoopress.zoo.Proto.tensor;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.error.BadModelException;
import org.zoopress.error.UserInputException;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

class ModelSkeletonTest {
  private static final ModelHeader TORCH =
      new ModelHeader(
          "nets/m",
          ModelFormat.TORCH,
          List.of(new SourceFile("nets/m.pt", 1000)),
          List.of(
              new TensorEntry("half", DType.F16, Shape.of(3), 0, 0, TensorLayout.ROW_MAJOR),
              new TensorEntry("a \"b\"/ü", DType.F32, Shape.of(), 0, 6, TensorLayout.ROW_MAJOR),
              new TensorEntry("empty", DType.I64, Shape.of(2, 0), 0, 10, TensorLayout.ROW_MAJOR)),
          Map.of(),
          List.of("a note"));

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  private static ModelSkeleton onnx() throws IOException {
    MemoryFolder folder = onnxFolder();
    return ModelSkeleton.read(
        folder, ModelReaders.readHeader(folder, "m.onnx", ReaderLimits.DEFAULT));
  }

  private static MemoryFolder onnxFolder() {
    Proto graph =
        new Proto()
            .message(5, tensor("w", 1, 2).bytes(9, new byte[8]))
            .message(5, external("x", 1, "w.bin", "4", "8", 2));
    return MemoryFolder.of("m.onnx", model(graph)).with("w.bin", new byte[20]);
  }

  /** Damaged bytes are noticed, or give another skeleton; never another exception. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedBytesAreCorrupt(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ModelSkeleton torch = ModelSkeleton.read(new MemoryFolder(), TORCH);
    for (ModelSkeleton skeleton : List.of(onnx(), torch)) {
      byte[] good = skeleton.encode();
      for (int i = 0; i < 20; i++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        try {
          assertThat(ModelSkeleton.decode(bad).header()).isNotNull();
        } catch (CorruptDataException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
      assertThatThrownBy(() -> ModelSkeleton.decode(Arrays.copyOf(good, good.length - 2)))
          .isInstanceOf(CorruptDataException.class);
    }
  }

  @Test
  void checkpointKeepsNamesTypesShapesAndNotes() throws IOException {
    ModelSkeleton skeleton = ModelSkeleton.read(new MemoryFolder(), TORCH);
    assertThat(ModelSkeleton.decode(skeleton.encode()).header()).isEqualTo(TORCH);
  }

  @Test
  void versionIsCheckedFirst() throws IOException {
    byte[] later = onnx().encode();
    later[0] = 9;
    assertThatThrownBy(() -> ModelSkeleton.decode(later))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("model skeleton of version 9, this software reads 1 and 2");
  }

  @Test
  void claimedLengthIsNotAllocated() {
    ByteWriter bomb = new ByteWriter();
    bomb.writeByte(1);
    bomb.writeVarint(2_000_000_000);
    bomb.writeBytes(Zstd.compress(new byte[10]));
    assertThatThrownBy(() -> ModelSkeleton.decode(bomb.toByteArray()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("model skeleton does not inflate to the 2000000000 bytes it claims");
  }

  @Test
  void fileThatGrewMeanwhileIsRefused() throws IOException {
    MemoryFolder folder = onnxFolder();
    ModelHeader header = ModelReaders.readHeader(folder, "m.onnx", ReaderLimits.DEFAULT);
    folder.with("w.bin", new byte[21]);
    assertThatThrownBy(() -> ModelSkeleton.read(folder, header))
        .isInstanceOf(BadModelException.class)
        .hasMessage(
            "Cannot read w.bin: it had 20 bytes and now has 21. Do not change the zoo while it is"
                + " read.");
  }

  @Test
  void lossyValuesKeepEverythingElse() throws IOException {
    ModelSkeleton skeleton = ModelSkeleton.decode(onnx().encode());
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restoreSource(
        skeleton,
        (t, out) -> {
          byte[] ones = new byte[(int) t.bytes()];
          Arrays.fill(ones, (byte) 1);
          out.write(ones, 0, 3);
          out.write(1);
          out.write(ones, 4, ones.length - 4);
        },
        restored);
    ModelHeader header = ModelReaders.readHeader(restored, "m.onnx", ReaderLimits.DEFAULT);
    assertThat(header).isEqualTo(skeleton.header());
    assertThat(restored.files.get("w.bin"))
        .containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void onnxIsWrittenAsSafetensorsOnRequest() throws IOException {
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restore(
        onnx(),
        ModelFormat.SAFETENSORS,
        (t, out) -> out.write(new byte[(int) t.bytes()]),
        restored);
    ModelHeader header = ModelReaders.readHeader(restored, "m.safetensors", ReaderLimits.DEFAULT);
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("w", "x");
    assertThat(header.metadata()).containsEntry("key", "value");
  }

  @Test
  void writtenTensorsAreAlignedAndNamesEscaped() throws IOException {
    MemoryFolder restored = new MemoryFolder();
    List<String> asked = new ArrayList<>();
    ModelWriter.restoreSource(
        ModelSkeleton.read(new MemoryFolder(), TORCH),
        (t, out) -> {
          asked.add(t.name());
          out.write(new byte[(int) t.bytes()]);
        },
        restored);
    ModelHeader header =
        ModelReaders.readHeader(restored, "nets/m.safetensors", ReaderLimits.DEFAULT);
    assertThat(asked).containsExactly("empty", "a \"b\"/ü", "half");
    assertThat(header.tensors()).allMatch(t -> t.offset() % t.dtype().bytes() == 0);
    assertThat(header.metadata()).containsExactly(Map.entry("format", "pt"));
  }

  @Test
  void formatsThatNeedMoreThanTensorsAreRefused() throws IOException {
    ModelSkeleton torch = ModelSkeleton.read(new MemoryFolder(), TORCH);
    TensorBytes none = (t, out) -> {};
    assertThatThrownBy(() -> ModelWriter.restore(torch, ModelFormat.ONNX, none, new MemoryFolder()))
        .isInstanceOf(UserInputException.class)
        .hasMessage(
            "Cannot write nets/m as onnx: its source is a PyTorch checkpoint, which has no graph."
                + " Use safetensors.");
    assertThatThrownBy(
            () -> ModelWriter.restore(torch, ModelFormat.TORCH, none, new MemoryFolder()))
        .hasMessage(
            "Cannot write nets/m as torch: pickles are read, never written. Use safetensors.");
    ModelHeader reserved =
        new ModelHeader(
            "m",
            ModelFormat.TORCH,
            TORCH.files(),
            List.of(
                new TensorEntry(
                    "__metadata__", DType.F32, Shape.of(0), 0, 0, TensorLayout.ROW_MAJOR)),
            Map.of(),
            List.of());
    assertThatThrownBy(
            () ->
                ModelWriter.restoreSource(
                    ModelSkeleton.read(new MemoryFolder(), reserved), none, new MemoryFolder()))
        .isInstanceOf(UserInputException.class)
        .hasMessageContaining("a tensor may not be named '__metadata__'");
  }

  @Test
  void wrongNumberOfValuesIsABug() throws IOException {
    ModelSkeleton skeleton = onnx();
    assertThatThrownBy(
            () -> ModelWriter.restoreSource(skeleton, (t, o) -> o.write(1), new MemoryFolder()))
        .hasMessage("tensor 'w' has 8 bytes, 7 are missing");
    assertThatThrownBy(
            () ->
                ModelWriter.restoreSource(
                    skeleton, (t, o) -> o.write(new byte[9]), new MemoryFolder()))
        .hasMessage("tensor 'w' has 8 bytes, more were written");
  }
}
