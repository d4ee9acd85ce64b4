package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.zoopress.zoo.SafetensorsFiles.file;
import static org.zoopress.zoo.SafetensorsFiles.one;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;

class SafetensorsReaderTest {
  private static final String PATH = "nets/m.safetensors";
  private static final String INDEX = "nets/m.safetensors.index.json";

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomModelsComeBackByteForByte(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> names = new ArrayList<>();
    MemoryFolder folder = MemoryFolder.of(PATH, SafetensorsFiles.random(random, "", names));
    ModelHeader header = RoundTrips.assertRestores(folder, PATH);
    assertThat(header.name()).isEqualTo("nets/m");
    assertThat(header.tensors()).extracting(TensorEntry::name).isEqualTo(names);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomShardedModelsComeBackByteForByte(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryFolder folder = new MemoryFolder();
    List<String> all = new ArrayList<>();
    List<String> map = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      List<String> names = new ArrayList<>();
      String name = "m-0000" + shard + ".safetensors";
      byte[] content = SafetensorsFiles.random(random, "s" + shard + "/", names);
      if (!names.isEmpty()) {
        folder.with("nets/" + name, content);
      }
      all.addAll(names);
      names.forEach(n -> map.add("\"%s\": \"%s\"".formatted(n, name)));
    }
    folder.with(INDEX, index(String.join(",\n", map)));
    ModelHeader header = RoundTrips.assertRestores(folder, INDEX);
    assertThat(header.name()).isEqualTo("nets/m");
    assertThat(header.metadata()).containsEntry("total_size", "7");
    assertThat(header.tensors()).extracting(TensorEntry::name).isEqualTo(all);
    assertThat(ModelReaders.partPaths(header))
        .isEqualTo(ModelReaders.shardPaths(folder, INDEX, ReaderLimits.DEFAULT));
  }

  @Test
  void weightsAreNotRead() throws IOException {
    MemoryFolder folder = MemoryFolder.of(PATH, one("F32", "[250000,4]", "[0,4000000]", 4_000_000));
    ModelReaders.readHeader(folder, PATH, ReaderLimits.DEFAULT);
    assertThat(folder.bytesRead).isLessThan(200);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("empty", new byte[0], "the file is empty"),
        Arguments.of("no length", new byte[7], "truncated: 7 bytes, a header length alone needs 8"),
        Arguments.of(
            "header longer than the file",
            Arrays.copyOf(one("F32", "[2]", "[0,8]", 8), 20),
            "its header claims 54 bytes, the file has 12 after the length"),
        Arguments.of(
            "negative header length",
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'},
            "its header claims 18446744073709551615 bytes, the file has 2 after the length"),
        Arguments.of("no object", file("[1]", new byte[0]), "its header is not a JSON object"),
        Arguments.of("no JSON", file("{\"w\":", new byte[0]), "its header is not valid JSON"),
        Arguments.of("second value", file("{} {}", new byte[0]), "goes on after the JSON object"),
        Arguments.of(
            "not UTF-8",
            file(new byte[] {'{', '"', (byte) 0xC3, '(', '"', ':', '1', '}'}, new byte[0]),
            "its header is not valid UTF-8"),
        Arguments.of(
            "deep JSON",
            file("{\"w\":" + "[".repeat(5000) + "]".repeat(5000) + "}", new byte[0]),
            "tensor 'w'"),
        Arguments.of(
            "truncated data",
            one("F32", "[2]", "[0,8]", 5),
            "tensor 'w' of nets/m.safetensors: its data ends at byte 8, the file has 5 data bytes"),
        Arguments.of(
            "trailing bytes",
            one("F32", "[2]", "[0,8]", 9),
            "1 trailing bytes belong to no tensor"),
        Arguments.of(
            "negative offset", one("F32", "[2]", "[-8,0]", 8), "data_offsets [-8, 0] are no range"),
        Arguments.of(
            "turned offsets", one("F32", "[2]", "[8,0]", 8), "data_offsets [8, 0] are no range"),
        Arguments.of(
            "huge offset",
            one("F32", "[2]", "[9223372036854775799,9223372036854775807]", 8),
            "its data ends at byte 9223372036854775807, the file has 8 data bytes"),
        Arguments.of(
            "offset over 63 bits",
            one("F32", "[2]", "[0,9223372036854775808]", 8),
            "its data_offsets has '9223372036854775808', which is no integer of 63 bits"),
        Arguments.of(
            "three offsets",
            one("F32", "[2]", "[0,8,8]", 8),
            "data_offsets has more than 2 numbers"),
        Arguments.of("one offset", one("F32", "[2]", "[8]", 8), "it lacks one of dtype, shape and"),
        Arguments.of(
            "wrong size",
            one("F32", "[3]", "[0,8]", 8),
            "F32 3 needs 12 bytes, its data_offsets have 8"),
        Arguments.of(
            "shape overflow",
            one("F32", "[4294967296,4294967296]", "[0,8]", 8),
            "its shape [4294967296, 4294967296] overflows 63 bits"),
        Arguments.of(
            "shape overflow hidden by a zero",
            one("F32", "[0,4294967296,4294967296]", "[0,0]", 0),
            "its shape [0, 4294967296, 4294967296] overflows 63 bits"),
        Arguments.of("negative size", one("F32", "[-2]", "[0,8]", 8), "[-2] has a negative size"),
        Arguments.of(
            "fraction in shape", one("F32", "[2.5]", "[0,8]", 8), "'2.5', which is no integer"),
        Arguments.of(
            "rank",
            one("F32", "[" + "1,".repeat(64) + "2]", "[0,8]", 8),
            "its shape has more than 64 numbers"),
        Arguments.of(
            "unknown dtype",
            one("F4", "[2]", "[0,1]", 1),
            "its dtype 'F4' is unknown (known: [F64"),
        Arguments.of(
            "dtype no text", file("{\"w\":{\"dtype\":3}}", new byte[0]), "it lacks one of dtype"),
        Arguments.of(
            "unknown key",
            file("{\"w\":{\"offset\":3}}", new byte[0]),
            "its description has an unknown key 'offset'"),
        Arguments.of(
            "duplicate tensor",
            file(
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                    + "\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                new byte[2]),
            "Duplicate field 'w'"),
        Arguments.of(
            "overlap", two("[0,4]", "[2,6]", 6), "its data [2, 6) overlaps another tensor's"),
        Arguments.of("same range", two("[0,4]", "[0,4]", 4), "its data [0, 4) overlaps"),
        Arguments.of(
            "hole", two("[0,4]", "[6,10]", 10), "bytes 4 to 6 before its data belong to no"),
        Arguments.of(
            "half a surrogate pair",
            file(
                "{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                new byte[1]),
            "has half a surrogate pair in it"),
        Arguments.of(
            "metadata number",
            file("{\"__metadata__\":{\"a\":1}}", new byte[0]),
            "__metadata__ 'a' is not a text"),
        Arguments.of(
            "git-lfs",
            "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n"
                .getBytes(StandardCharsets.UTF_8),
            "it is a git-lfs pointer, not the model itself. Fetch the file with 'git lfs pull'."),
        Arguments.of(
            "web page",
            "\n<!DOCTYPE html><html>404</html>".getBytes(StandardCharsets.UTF_8),
            "it is a web page, not a model. Download the file itself"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void brokenFilesAreRefused(String what, byte[] content, String message) {
    assertThatThrownBy(() -> read(MemoryFolder.of(PATH, content), PATH))
        .as(what)
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageContaining(PATH)
        .hasMessageContaining(message);
  }

  @Test
  void headerBombIsRefusedBeforeItIsRead() {
    byte[] content = file("{}" + " ".repeat(5000), new byte[0]);
    ReaderLimits limits = ReaderLimits.DEFAULT.withMaxHeaderBytes(1000);
    MemoryFolder folder = MemoryFolder.of(PATH, content);
    assertThatThrownBy(() -> ModelReaders.readHeader(folder, PATH, limits))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining(
            "its header has 5002 bytes, at most 1000 are allowed. Leave the file");
    assertThat(folder.bytesRead).isLessThan(100);
  }

  @Test
  void tooManyTensorsAreRefused() {
    MemoryFolder folder = MemoryFolder.of(PATH, two("[0,4]", "[4,8]", 8));
    ReaderLimits limits = ReaderLimits.DEFAULT.withMaxTensors(1);
    assertThatThrownBy(() -> ModelReaders.readHeader(folder, PATH, limits))
        .hasMessageContaining("it has more than 1 tensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.safetensors", "/etc/passwd", "a/../../x", "a\\\\b", ""})
  void indexMayNotLeadOutOfTheZoo(String shard) {
    MemoryFolder folder = MemoryFolder.of(INDEX, index("\"w\":\"" + shard + "\""));
    assertThatThrownBy(() -> read(folder, INDEX))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("Cannot read " + INDEX + ": it refers to the file '")
        .hasMessageContaining("outside of the model's folder");
  }

  @Test
  void indexAndShardsMustAgree() {
    byte[] shard = one("F32", "[2]", "[0,8]", 8);
    MemoryFolder folder =
        MemoryFolder.of("nets/a", shard).with("nets/b", one("F32", "[]", "[0,4]", 4));
    assertThatThrownBy(() -> read(folder.with(INDEX, index("\"w\":\"a\",\"v\":\"a\"")), INDEX))
        .hasMessageContaining("tensor 'v'")
        .hasMessageContaining("the index puts it into nets/a, which has no such tensor");
    assertThatThrownBy(() -> read(folder.with(INDEX, index("\"v\":\"a\"")), INDEX))
        .hasMessageContaining("tensor 'w'")
        .hasMessageContaining("nets/a has it, the index does not list it");
    assertThatThrownBy(() -> read(folder.with(INDEX, index("\"w\":\"a\",\"v\":\"b\"")), INDEX))
        .hasMessageContaining("tensor 'w'")
        .hasMessageContaining("nets/b has it, the index puts it into nets/a");
  }

  @Test
  void brokenIndexIsRefused() {
    assertThatThrownBy(
            () -> read(MemoryFolder.of(INDEX, "{}".getBytes(StandardCharsets.UTF_8)), INDEX))
        .hasMessageContaining("it has no weight_map");
    assertThatThrownBy(() -> read(MemoryFolder.of(INDEX, index("\"w\":\"a\",\"w\":\"a\"")), INDEX))
        .hasMessageContaining("Duplicate field 'w'");
    assertThatThrownBy(() -> read(MemoryFolder.of(INDEX, index("\"w\":3")), INDEX))
        .hasMessageContaining("its shard in the weight_map is not a text");
  }

  @Test
  void allDtypesAreRead() throws IOException {
    for (DType dtype : DType.values()) {
      int bytes = dtype.bytes();
      MemoryFolder folder =
          MemoryFolder.of(PATH, one(dtype.name(), "[1]", "[0," + bytes + "]", bytes));
      assertThat(read(folder, PATH).tensors().get(0).dtype()).isEqualTo(dtype);
    }
  }

  private static byte[] two(String first, String second, int dataBytes) {
    return file(
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":%s}}")
            .formatted(first, second),
        new byte[dataBytes]);
  }

  private static byte[] index(String weightMap) {
    return "{\"metadata\": {\"total_size\": 7},\n\"weight_map\": {%s}}\n"
        .formatted(weightMap)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ModelHeader read(ModelFolder folder, String path) throws IOException {
    return ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
  }
}
