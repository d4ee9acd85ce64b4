package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.zoopress.zoo.Proto.constant;
import static org.zoopress.zoo.Proto.external;
import static org.zoopress.zoo.Proto.model;
import static org.zoopress.zoo.Proto.tensor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;

class OnnxReaderTest {
  private static final String PATH = "nets/m.onnx";
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int HALF = 10;
  private static final int DOUBLE = 11;
  private static final int[] TYPES = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 19};

  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomModelsComeBackByteForByte(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryFolder folder = new MemoryFolder();
    byte[] data = new byte[4096];
    random.nextBytes(data);
    Proto graph = new Proto();
    int externalEnd = 0;
    int expected = 0;
    int count = random.nextInt(1, 10);
    for (int i = 0; i < count; i++) {
      String name = "layer/" + i + ".ü";
      int type = TYPES[random.nextInt(TYPES.length)];
      long[] dims = random.longs(random.nextInt(6), 1, 4).toArray();
      int elements = (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b);
      int bytes = elements * elementBytes(type);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          graph.message(5, tensor(name, type, dims).bytes(9, random(random, bytes)));
          expected += isEntry(type, bytes) ? 1 : 0;
        }
        case 2 -> {
          graph.message(
              1, constant(name, tensor("", FLOAT, dims).bytes(9, random(random, 4 * elements))));
          expected++;
        }
        case 3 -> {
          graph.message(5, tensor(name, DOUBLE, dims).bytes(10, random(random, 8 * elements)));
          expected++;
        }
        case 4 -> {
          if (externalEnd + bytes + 16 <= data.length) {
            externalEnd += random.nextInt(16); // what lies between is kept as it is
            graph.message(5, external(name, type, "m.bin", "" + externalEnd, "" + bytes, dims));
            externalEnd += bytes;
            expected++;
          }
        }
        default -> {
          Proto typed = tensor(name, INT64, elements);
          for (int e = 0; e < elements; e++) {
            typed.number(7, random.nextLong());
          }
          graph.message(5, typed);
        }
      }
    }
    folder.with(PATH, model(graph.text(2, "graph")));
    if (externalEnd > 0) {
      folder.with("nets/m.bin", data);
    }
    ModelHeader header = RoundTrips.assertRestores(folder, PATH);
    assertThat(header.name()).isEqualTo("nets/m");
    assertThat(header.metadata()).containsExactly(Map.entry("key", "value"));
    assertThat(header.tensors()).hasSize(expected);
  }

  @Test
  void packedFloatsAreByteRanges() throws IOException {
    byte[] floats = floats(1, 2, 3);
    MemoryFolder folder =
        graph(
            new Proto()
                .message(5, tensor("a", FLOAT, 3).bytes(4, floats))
                .message(5, tensor("b", FLOAT, 3).bytes(9, floats)));
    ModelHeader header = read(folder);
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("a", "b");
    assertThat(RoundTrips.keys(folder, PATH).get("a"))
        .isEqualTo(RoundTrips.keys(folder, PATH).get("b"));
    assertThat(header.notes()).isEmpty();
  }

  @Test
  void otherFieldsStayInTheGraphWithNotes() throws IOException {
    Proto unpacked = tensor("u", FLOAT, 2).fixed32(4, 1).fixed32(4, 2);
    MemoryFolder folder =
        graph(
            new Proto()
                .message(5, unpacked)
                .message(5, tensor("h", HALF, 2).number(5, 1).number(5, 2))
                .message(5, tensor("i4", 22, 200).bytes(9, new byte[100]))
                .message(5, tensor("p", FLOAT, 2).bytes(4, floats(1)).bytes(4, floats(2)))
                .message(5, tensor("small", INT64, 8).bytes(9, new byte[64]))
                .message(5, tensor("large", INT64, 9).bytes(9, new byte[72]))
                .message(15, new Proto()));
    ModelHeader header = RoundTrips.assertRestores(folder, PATH);
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("large");
    assertThat(header.notes())
        .containsExactly(
            "tensors with values in unpacked float_data or double_data are stored with the graph,"
                + " untouched: 1, such as 'u'",
            "tensors with values in int32_data are stored with the graph, untouched: 1, such as"
                + " 'h'",
            "tensors of type int4 are stored with the graph, untouched: 1, such as 'i4'",
            "tensors with values in several pieces of float_data or double_data are stored with"
                + " the graph, untouched: 1, such as 'p'",
            "sparse initializers are stored with the graph, untouched: 1");
  }

  @Test
  void namesInSubgraphsHaveTheirOwnerInFront() throws IOException {
    Proto body = new Proto().message(5, tensor("w", FLOAT, 1).bytes(9, floats(1)));
    Proto branch =
        new Proto()
            .text(2, "out")
            .text(4, "If")
            .message(5, new Proto().text(1, "then_branch").message(6, body).number(20, 5))
            .message(5, new Proto().text(1, "else_branch").message(6, body).number(20, 5));
    Proto graph =
        new Proto().message(1, branch).message(5, tensor("w", FLOAT, 1).bytes(9, floats(2)));
    byte[] function =
        new Proto()
            .text(1, "f")
            .message(7, constant("c", tensor("", FLOAT, 1).bytes(9, floats(3))))
            .toByteArray();
    byte[] content = new Proto().raw(model(graph)).bytes(25, function).toByteArray();
    ModelHeader header = RoundTrips.assertRestores(MemoryFolder.of(PATH, content), PATH);
    assertThat(header.tensors())
        .extracting(TensorEntry::name)
        .containsExactly("out.then_branch/w", "out.else_branch/w", "w", "f/c");
  }

  @Test
  void tiedExternalTensorsAreFilledOnce() throws IOException {
    MemoryFolder folder =
        graph(
                new Proto()
                    .message(5, external("a", FLOAT, "w.bin", "4", "8", 2))
                    .message(5, external("b", FLOAT, "w.bin", "4", null, 1, 2)))
            .with("nets/w.bin", floats(9, 1, 2));
    ModelHeader header = RoundTrips.assertRestores(folder, PATH);
    assertThat(header.tensors()).hasSize(2);
    assertThat(ModelReaders.partPaths(header)).containsExactly("nets/w.bin");
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() throws IOException {
    MemoryFolder folder =
        graph(
            new Proto()
                .message(5, tensor("s", FLOAT).bytes(9, floats(1)))
                .message(5, tensor("e", FLOAT, 3, 0))
                .message(5, tensor("r", FLOAT, 1, 1, 2, 1, 1, 1).bytes(9, floats(1, 2))));
    ModelHeader header = RoundTrips.assertRestores(folder, PATH);
    assertThat(header.tensors())
        .extracting(t -> t.shape().toString())
        .containsExactly("scalar", "3x0", "1x1x2x1x1x1");
  }

  @Test
  void weightsAreNotRead() throws IOException {
    MemoryFolder folder =
        graph(new Proto().message(5, tensor("w", FLOAT, 1_000_000).bytes(9, new byte[4_000_000])));
    assertThat(read(folder).tensors().get(0).dtype()).isEqualTo(DType.F32);
    assertThat(folder.bytesRead).isLessThan(200_000);
  }

  static Stream<Arguments> broken() {
    Proto good = tensor("w", FLOAT, 2).bytes(9, new byte[8]);
    byte[] goodModel = model(new Proto().message(5, good));
    return Stream.of(
        Arguments.of("empty", new byte[0], "the file is empty"),
        Arguments.of("no graph", new Proto().number(1, 8).toByteArray(), "it has no graph"),
        Arguments.of("zeros", new byte[30], "has no valid protobuf field number"),
        Arguments.of(
            "noise", new byte[] {15, 7, 7}, "protobuf wire type 7, which ONNX does not use"),
        Arguments.of(
            "truncated", Arrays.copyOf(goodModel, 25), "claims 19 bytes, 13 are left (truncated?)"),
        Arguments.of(
            "trailing bytes",
            Arrays.copyOf(goodModel, goodModel.length + 3),
            "has no valid protobuf field number"),
        Arguments.of(
            "endless number",
            new Proto()
                .raw(new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1})
                .toByteArray(),
            "the number before byte 11 has more than ten bytes"),
        Arguments.of(
            "huge length",
            new Proto().varint(7 << 3 | 2).varint(-1L).toByteArray(),
            "field 7 at byte 11 claims 18446744073709551615 bytes, 0 are left"),
        Arguments.of(
            "two graphs",
            new Proto().message(7, new Proto()).message(7, new Proto()).toByteArray(),
            "it has more than one graph"),
        broken("duplicate name", "there are two tensors of this name", good, good),
        broken("no name", "has no name", tensor("", FLOAT, 1).bytes(9, new byte[4])),
        broken(
            "too short",
            "F32 2 needs 8 bytes, it has 7",
            tensor("w", FLOAT, 2).bytes(9, new byte[7])),
        broken("no values", "F32 2 needs 8 bytes, it has 0", tensor("w", FLOAT, 2)),
        broken("negative size", "shape [-1] has a negative size", tensor("w", FLOAT, -1)),
        broken(
            "shape overflow",
            "shape [4294967296, 4294967296] overflows 63 bits",
            tensor("w", FLOAT, 1L << 32, 1L << 32)),
        broken("rank", "its rank is more than 64", tensor("w", FLOAT, new long[65])),
        broken("unknown dtype", "its data type 99 is unknown", tensor("w", 99, 1)),
        broken(
            "type and field disagree",
            "its data type is F16, its values lie in a field of F32",
            tensor("w", HALF, 1).bytes(4, new byte[4])),
        broken(
            "values twice",
            "it has values both in the file and in external data",
            external("w", FLOAT, "w.bin", "0", "8", 2).bytes(9, new byte[8])),
        broken(
            "no location",
            "its external data has no location",
            external("w", FLOAT, null, "0", "8", 2)),
        broken(
            "negative offset",
            "the offset of its external data is '-8', no count of bytes",
            external("w", FLOAT, "w.bin", "-8", "8", 2)),
        broken(
            "huge offset",
            "the offset of its external data is '99999999999999999999', no count of bytes",
            external("w", FLOAT, "w.bin", "99999999999999999999", "8", 2)),
        broken(
            "beyond the external file",
            "its external data ends at byte 24, nets/w.bin has 20 bytes",
            external("w", FLOAT, "w.bin", "16", "8", 2)),
        broken(
            "external length",
            "F32 2 needs 8 bytes, its external data has 12",
            external("w", FLOAT, "w.bin", "0", "12", 2)),
        broken(
            "external overlap",
            "its external data [4, 12) overlaps that of 'a'",
            external("a", FLOAT, "w.bin", "0", "8", 2),
            external("b", FLOAT, "w.bin", "4", "8", 2)),
        broken(
            "path upwards",
            "it refers to the file '../../etc/passwd' outside of the model's folder",
            external("w", FLOAT, "../../etc/passwd", "0", "8", 2)),
        broken(
            "absolute path",
            "it refers to the file '/etc/passwd' outside of the model's folder",
            external("w", FLOAT, "/etc/passwd", "0", "8", 2)),
        broken(
            "itself",
            "it names itself as external data",
            external("w", FLOAT, "m.onnx", "0", "8", 2)),
        Arguments.of(
            "git-lfs",
            "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n"
                .getBytes(StandardCharsets.UTF_8),
            "it is a git-lfs pointer, not the model itself"),
        Arguments.of(
            "web page",
            "<html><body>404</body></html>".getBytes(StandardCharsets.UTF_8),
            "it is a web page, not a model"));
  }

  private static Arguments broken(String what, String message, Proto... tensors) {
    Proto graph = new Proto();
    for (Proto tensor : tensors) {
      graph.message(5, tensor);
    }
    return Arguments.of(what, model(graph), message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void brokenFilesAreRefused(String what, byte[] content, String message) {
    MemoryFolder folder = MemoryFolder.of(PATH, content).with("nets/w.bin", new byte[20]);
    assertThatThrownBy(() -> read(folder))
        .as(what)
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageContaining(PATH)
        .hasMessageContaining(message);
  }

  /** Cutting a model anywhere gives an error or, between two fields, a smaller model. */
  @Test
  void everyTruncationIsAnErrorOrAModel() {
    byte[] whole =
        model(
            new Proto()
                .message(5, tensor("w", FLOAT, 2).bytes(9, new byte[8]))
                .message(1, constant("c", tensor("", FLOAT, 2).bytes(9, new byte[8]))));
    for (int length = 0; length < whole.length; length++) {
      MemoryFolder folder = MemoryFolder.of(PATH, Arrays.copyOf(whole, length));
      try {
        assertThat(read(folder).tensors()).hasSize(2);
      } catch (BadModelException e) {
        assertThat(e).hasMessageContaining(PATH);
      } catch (IOException e) {
        throw new AssertionError("length " + length, e);
      }
    }
  }

  /** Any one byte changed gives an error or a model, never another exception. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedBytesAreAnErrorOrAModel(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content =
        model(
            new Proto()
                .message(5, tensor("w", FLOAT, 2).bytes(9, new byte[8]))
                .message(5, external("x", FLOAT, "w.bin", "4", "8", 2))
                .message(1, constant("c", tensor("", FLOAT, 2).bytes(9, new byte[8]))));
    for (int i = 0; i < 50; i++) {
      byte[] damaged = content.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      MemoryFolder folder = MemoryFolder.of(PATH, damaged).with("nets/w.bin", new byte[20]);
      try {
        RoundTrips.assertRestores(folder, PATH);
      } catch (BadModelException | FileNotFoundException e) {
        assertThat(e).hasMessageContaining("nets/");
      }
    }
  }

  @Test
  void nestingBombIsRefused() {
    Proto graph = new Proto();
    for (int i = 0; i < 100; i++) {
      graph =
          new Proto()
              .message(1, new Proto().message(5, new Proto().text(1, "body").message(6, graph)));
    }
    MemoryFolder folder = graph(graph);
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("its graphs are nested more than 32 deep");
  }

  @Test
  void graphBombIsRefused() {
    MemoryFolder folder = graph(new Proto().text(10, "x".repeat(5000)));
    ReaderLimits limits = ReaderLimits.DEFAULT.withMaxHeaderBytes(1000);
    assertThatThrownBy(() -> ModelReaders.readHeader(folder, PATH, limits))
        .hasMessageContaining("it has more than 1000 bytes beside its tensors");
  }

  @Test
  void literalsBesideExternalTensorsAreBounded() throws IOException {
    MemoryFolder folder =
        graph(new Proto().message(5, external("a", FLOAT, "w.bin", "4000", "8", 2)))
            .with("nets/w.bin", new byte[4008]);
    ReaderLimits limits = ReaderLimits.DEFAULT.withMaxHeaderBytes(1000);
    ModelHeader header = ModelReaders.readHeader(folder, PATH, limits);
    assertThatThrownBy(() -> ModelSkeleton.read(folder, header, limits))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("bytes belong to no tensor, at most 1000 can be kept");
  }

  @Test
  void externalDataMayNotBeALinkOutOfTheZoo(@TempDir Path top) throws IOException {
    Path zoo = Files.createDirectories(top.resolve("zoo"));
    Files.write(top.resolve("secret"), new byte[8]);
    Files.createSymbolicLink(zoo.resolve("w.bin"), top.resolve("secret"));
    byte[] content = model(new Proto().message(5, external("w", FLOAT, "w.bin", "0", "8", 2)));
    Files.write(zoo.resolve("m.onnx"), content);
    assertThatThrownBy(
            () ->
                ModelReaders.readHeader(new LocalModelFolder(zoo), "m.onnx", ReaderLimits.DEFAULT))
        .hasMessageContaining("Cannot read w.bin: it is a link that leads out of the zoo's folder");
  }

  private static boolean isEntry(int type, int bytes) {
    return bytes > 64 || List.of(1, 10, 11, 16).contains(type);
  }

  private static int elementBytes(int type) {
    return switch (type) {
      case 2, 3, 9, 17, 19 -> 1;
      case 4, 5, 10, 16 -> 2;
      case 1, 6, 12 -> 4;
      default -> 8;
    };
  }

  private static byte[] random(SplittableRandom random, int bytes) {
    byte[] values = new byte[bytes];
    random.nextBytes(values);
    return values;
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      buffer.putFloat(v);
    }
    return buffer.array();
  }

  private static MemoryFolder graph(Proto graph) {
    return MemoryFolder.of(PATH, model(graph));
  }

  private static ModelHeader read(ModelFolder folder) throws IOException {
    return ModelReaders.readHeader(folder, PATH, ReaderLimits.DEFAULT);
  }
}
