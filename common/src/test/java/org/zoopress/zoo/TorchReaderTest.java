package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.zoopress.zoo.PickleEmitter.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;
import org.zoopress.zoo.PickleEmitter.Call;
import org.zoopress.zoo.PickleEmitter.Global;
import org.zoopress.zoo.PickleEmitter.Storage;
import org.zoopress.zoo.PickleEmitter.Tensor;

class TorchReaderTest {
  private static final String PATH = "nets/m.pt";
  private static final Storage SIX = new Storage("FloatStorage", "0", 6);
  private static final Tensor MATRIX = new Tensor(SIX, 0, new long[] {2, 3}, new long[] {3, 1});
  private static final byte[] SIX_FLOATS = floats(ByteOrder.LITTLE_ENDIAN, 0, 1, 2, 3, 4, 5);

  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  @Test
  void nestedDictsAreJoinedByDots() throws IOException {
    MemoryFolder folder =
        zip(pickle(dict("enc", dict("w", MATRIX, "step", 3), "b", vector(2, 1))), SIX_FLOATS);
    ModelHeader header = read(folder);
    assertThat(header.name()).isEqualTo("nets/m");
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("enc.w", "b");
    assertThat(header.notes())
        .containsExactly("entries that are no tensors are left out: enc.step");
    assertThat(elements(folder, header.tensors().get(1))).containsExactly(1, 2);
  }

  @Test
  void stateDictIsTakenAndThePrefixStripped() throws IOException {
    Map<Object, Object> checkpoint =
        dict("epoch", 7, "model", dict("module.w", MATRIX), "optimizer", dict(3, vector(6, 0)));
    ModelHeader header = read(zip(pickle(checkpoint), SIX_FLOATS));
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("w");
    assertThat(header.notes())
        .containsExactly(
            "only 'model' is read, left out: epoch, optimizer",
            "the prefix 'module.' of all names is taken away");
  }

  @Test
  void modelKeyWithoutTensorsIsNotTheModel() throws IOException {
    Map<Object, Object> checkpoint = dict("model", dict("name", "vgg"), "w", MATRIX);
    ModelHeader header = read(zip(pickle(checkpoint), SIX_FLOATS));
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("w");
  }

  @Test
  void parametersThirdVersionAndPlainValuesAreRead() throws IOException {
    Call third =
        new Call(
            "torch._utils",
            "_rebuild_tensor_v3",
            new Storage("UntypedStorage", "0", 24),
            2L,
            new Object[] {4L},
            new Object[] {1L},
            false,
            null,
            new Global("torch", "uint16"));
    Call scalar =
        new Call(
            "numpy.core.multiarray",
            "scalar",
            new Call("numpy", "dtype", "f8", 0, 1),
            new Call("_codecs", "encode", "xyz", "latin1"));
    Map<Object, Object> checkpoint =
        dict(
            "p", new Call("torch._utils", "_rebuild_parameter", MATRIX, true, null),
            "third", third,
            "best", scalar,
            "size", new Call("torch", "Size", (Object) new Object[] {1, 2}),
            "type", new Global("torch", "float32"));
    ModelHeader header = read(zip(pickle(checkpoint), SIX_FLOATS));
    // Both share a storage, once typed and once as plain bytes.
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("p", "third");
    assertThat(header.tensors().get(1).dtype()).isEqualTo(DType.U16);
    assertThat(header.tensors().get(1).offset()).isEqualTo(header.tensors().get(0).offset() + 4);
    assertThat(header.notes())
        .containsExactly("entries that are no tensors are left out: best, size, type");
  }

  @ParameterizedTest
  @CsvSource({
    "DoubleStorage,F64",
    "FloatStorage,F32",
    "HalfStorage,F16",
    "BFloat16Storage,BF16",
    "LongStorage,I64",
    "IntStorage,I32",
    "ShortStorage,I16",
    "CharStorage,I8",
    "ByteStorage,U8",
    "BoolStorage,BOOL",
    "ComplexFloatStorage,C64"
  })
  void allStoragesAreRead(String storage, DType dtype) throws IOException {
    Tensor tensor = new Tensor(new Storage(storage, "0", 3), 1, new long[] {2}, new long[] {1});
    byte[] data = new byte[3 * dtype.bytes()];
    TensorEntry entry = read(zip(pickle(dict("w", tensor)), data)).tensors().get(0);
    assertThat(entry.dtype()).isEqualTo(dtype);
    assertThat(entry.bytes()).isEqualTo(2L * dtype.bytes());
  }

  @Test
  void transposedAndBroadcastViewsAndScalarsAreRead() throws IOException {
    MemoryFolder folder =
        zip(
            pickle(
                dict(
                    "t", new Tensor(SIX, 0, new long[] {3, 2}, new long[] {1, 3}),
                    "x", new Tensor(SIX, 4, new long[] {2, 2}, new long[] {0, 1}),
                    "s", new Tensor(SIX, 5, new long[] {}, new long[] {}),
                    "e", new Tensor(SIX, 6, new long[] {0, 2}, new long[] {2, 1}),
                    "o", new Tensor(SIX, 0, new long[] {1, 3}, new long[] {99, 2}))),
            SIX_FLOATS);
    List<TensorEntry> tensors = read(folder).tensors();
    assertThat(elements(folder, tensors.get(0))).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(elements(folder, tensors.get(1))).containsExactly(4, 5, 4, 5);
    assertThat(elements(folder, tensors.get(2))).containsExactly(5);
    assertThat(elements(folder, tensors.get(3))).isEmpty();
    assertThat(elements(folder, tensors.get(4))).containsExactly(0, 2, 4);
  }

  @Test
  void bigEndianZipFilesAreReversed() throws IOException {
    Map<String, byte[]> records =
        records(pickle(dict("w", MATRIX)), floats(ByteOrder.BIG_ENDIAN, 0, 1, 2, 3, 4, 5));
    records.put("m/byteorder", "big".getBytes(StandardCharsets.UTF_8));
    MemoryFolder folder = MemoryFolder.of(PATH, zipFile(records, false));
    TensorEntry entry = read(folder).tensors().get(0);
    assertThat(entry.layout()).hasToString("strides [], big-endian");
    assertThat(elements(folder, entry)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void legacyFilesAreRead() throws IOException {
    MemoryFolder folder =
        MemoryFolder.of(PATH, legacy(dict("w", MATRIX), List.of("0"), SIX_FLOATS, 6));
    TensorEntry entry = read(folder).tensors().get(0);
    assertThat(elements(folder, entry)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void checkpointIsRestoredAsSafetensors() throws IOException {
    MemoryFolder folder =
        zip(
            pickle(
                dict(
                    "a",
                    MATRIX,
                    "t",
                    new Tensor(SIX, 0, new long[] {3, 2}, new long[] {1, 3}),
                    "tied",
                    MATRIX,
                    "epoch",
                    3)),
            SIX_FLOATS);
    ModelHeader header = read(folder);
    ModelSkeleton skeleton = ModelSkeleton.decode(ModelSkeleton.read(folder, header).encode());
    assertThat(skeleton.header().notes()).isEqualTo(header.notes());
    MemoryFolder restored = new MemoryFolder();
    ModelWriter.restoreSource(skeleton, RoundTrips.from(folder, header), restored);
    assertThat(RoundTrips.keys(restored, "nets/m.safetensors"))
        .isEqualTo(RoundTrips.keys(folder, PATH));
  }

  static Stream<Arguments> forbidden() {
    return Stream.of(
        Arguments.of(new Call("os", "system", "touch /tmp/owned"), "os.system"),
        Arguments.of(new Call("posix", "system", "id"), "posix.system"),
        Arguments.of(new Call("builtins", "eval", "1"), "builtins.eval"),
        Arguments.of(new Call("builtins", "getattr", "1", "x"), "builtins.getattr"),
        Arguments.of(
            new Call("torch.nn.modules.linear", "Linear"), "torch.nn.modules.linear.Linear"),
        Arguments.of(new Global("torch", "load"), "torch.load"),
        Arguments.of(new Call("decimal", "Decimal", "1"), "decimal.Decimal"));
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void forbiddenGlobalsAreNamed(Object value, String name) {
    for (byte[] file :
        List.of(
            zipFile(records(pickle(dict("w", MATRIX, "x", value)), SIX_FLOATS), false),
            legacy(dict("w", MATRIX, "x", value), List.of("0"), SIX_FLOATS, 6))) {
      assertThatThrownBy(() -> read(MemoryFolder.of(PATH, file)))
          .isInstanceOf(BadModelException.class)
          .hasMessage(
              "Cannot read nets/m.pt: forbidden pickle global %s. Save the state_dict alone: other"
                      .formatted(name)
                  + " objects would have to run code to be read.");
    }
  }

  static Stream<Arguments> badPickles() {
    return Stream.of(
        Arguments.of("empty", new byte[0], "it is truncated: what it holds goes on after byte"),
        Arguments.of("truncated", Arrays.copyOf(pickle(dict("w", MATRIX)), 40), "is truncated"),
        Arguments.of(
            "trailing bytes",
            Arrays.copyOf(pickle(dict("w", MATRIX)), pickle(dict("w", MATRIX)).length + 2),
            "2 trailing bytes follow its pickle"),
        Arguments.of("no dict", pickle(List.of(MATRIX)), "it holds no dict of tensors"),
        Arguments.of("no tensors", pickle(dict("epoch", 1)), "its dict has no tensors"),
        Arguments.of(
            "empty stack", new PickleEmitter().opcode('0').stop(), "its pickle is damaged"),
        Arguments.of("lone mark", new PickleEmitter().opcode('t').stop(), "its pickle is damaged"),
        Arguments.of(
            "missing memo",
            new PickleEmitter().raw('h', 5).stop(),
            "its pickle is damaged at byte"),
        Arguments.of(
            "object opcode",
            new PickleEmitter().raw('(', 'i').stop(),
            "its pickle has opcode 0x69 at byte"),
        Arguments.of(
            "new object",
            new PickleEmitter().global("collections", "OrderedDict").raw(')', 0x81).stop(),
            "opcode 0x81"),
        Arguments.of(
            "huge text",
            new PickleEmitter().raw('X', 0xFF, 0xFF, 0xFF, 0x7F, 'a').stop(),
            "of its pickle claims 2147483647 bytes, 2 are left"),
        Arguments.of(
            "call of a dict",
            new PickleEmitter().opcode('}').opcode(')').opcode('R').stop(),
            "its pickle is damaged"),
        Arguments.of(
            "attributes of a tensor",
            new PickleEmitter().value(MATRIX).opcode('}').opcode('b').stop(),
            "its pickle is damaged"),
        Arguments.of(
            "missing storage",
            pickle(
                dict(
                    "w",
                    new Tensor(
                        new Storage("FloatStorage", "9", 6), 0, new long[] {1}, new long[] {1}))),
            "its storage '9' is missing"),
        Arguments.of(
            "storage elsewhere",
            pickle(
                dict(
                    "w",
                    new Tensor(
                        new Storage("FloatStorage", "../x", 6),
                        0,
                        new long[] {1},
                        new long[] {1}))),
            "its storage '../x' is missing"),
        tensor(
            "storage size",
            "its storage '0' has 24 bytes, 7 elements of 4 bytes are claimed",
            new Storage("FloatStorage", "0", 7),
            0,
            new long[] {1},
            1),
        tensor("outside", "leads out of its storage of 6 elements", SIX, 5, new long[] {2}, 1),
        tensor("negative offset", "leads out of its storage", SIX, -1, new long[] {2}, 1),
        tensor("negative stride", "leads out of its storage", SIX, 5, new long[] {2}, -1),
        tensor("huge stride", "leads out of its storage", SIX, 0, new long[] {3}, 1L << 62),
        tensor("huge offset", "leads out of its storage", SIX, 1L << 62, new long[] {1}, 1),
        tensor("negative size", "has a negative size", SIX, 0, new long[] {-1}, 1),
        tensor("overflow", "overflows 63 bits", SIX, 0, new long[] {1L << 62, 1L << 62}, 0, 0),
        tensor("strides", "it has 2 strides for 1 modes", SIX, 0, new long[] {2}, 1, 1),
        tensor(
            "rank", "its rank is 65, at most 64 is allowed", SIX, 0, new long[65], new long[65]));
  }

  private static Arguments tensor(
      String what, String message, Storage storage, long offset, long[] dims, long... strides) {
    return Arguments.of(
        what, pickle(dict("w", new Tensor(storage, offset, dims, strides))), message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badPickles")
  void badPicklesAreRefused(String what, byte[] pickle, String message) {
    assertRefused(zipFile(records(pickle, SIX_FLOATS), false), message);
  }

  @Test
  void recursionMemoAndOpcodeBombsAreRefused() {
    Object nested = MATRIX;
    for (int i = 0; i < 100; i++) {
      nested = dict("d", nested);
    }
    assertRefused(zipFile(records(pickle(nested), SIX_FLOATS), false), "nested more than 32 deep");

    PickleEmitter deepTuples = new PickleEmitter().opcode('}').value("w");
    deepTuples.opcode(')');
    for (int i = 0; i < 200_000; i++) {
      deepTuples.opcode(0x85);
    }
    assertRefused(
        zipFile(records(deepTuples.opcode('s').stop(), SIX_FLOATS), false), "has no tensors");

    PickleEmitter memo = new PickleEmitter().opcode('N');
    for (int i = 0; i < 300; i++) {
      memo.raw('r', i & 0xFF, i >> 8, 0, 0x40);
    }
    ReaderLimits few = ReaderLimits.DEFAULT.withMaxPickle(1000, 100);
    MemoryFolder folder = zip(memo.stop(), SIX_FLOATS);
    assertThatThrownBy(() -> ModelReaders.readHeader(folder, PATH, few))
        .hasMessageContaining("its pickle has more than 100 memo slots");

    PickleEmitter many = new PickleEmitter();
    for (int i = 0; i < 1001; i++) {
      many.opcode('N');
    }
    MemoryFolder manyFolder = zip(many.stop(), SIX_FLOATS);
    assertThatThrownBy(() -> ModelReaders.readHeader(manyFolder, PATH, few))
        .hasMessageContaining("its pickles have more than 1000 opcodes");
  }

  /** Twenty dicts, each with the next one twice: 2^20 paths from a few hundred bytes. */
  @Test
  void dictsThatContainEachOtherAreBounded() {
    PickleEmitter pickle = new PickleEmitter().opcode('}').raw('q', 0);
    for (int i = 1; i <= 25; i++) {
      pickle.opcode('}').raw('q', i).value("a").raw('h', i - 1).opcode('s');
      pickle.value("b").raw('h', i - 1).opcode('s');
    }
    MemoryFolder folder = zip(pickle.stop(), SIX_FLOATS);
    ReaderLimits few = ReaderLimits.DEFAULT.withMaxPickle(10_000, 1000);
    assertThatThrownBy(() -> ModelReaders.readHeader(folder, PATH, few))
        .hasMessageContaining("its dicts have more than 10000 entries");
  }

  /** A dict that holds itself. */
  @Test
  void cyclesAreRefused() {
    byte[] pickle =
        new PickleEmitter().opcode('}').raw('q', 0).value("a").raw('h', 0).opcode('s').stop();
    assertRefused(zipFile(records(pickle, SIX_FLOATS), false), "nested more than 32 deep");
  }

  @Test
  void hashOfKeysNeverWalksIntoThem() throws IOException {
    PickleEmitter pickle = new PickleEmitter().opcode(']').raw('q', 0).opcode('}');
    pickle.raw('h', 0).opcode('N').opcode('s'); // a list as key
    pickle.value("w").value(MATRIX).opcode('s');
    assertThat(read(zip(pickle.stop(), SIX_FLOATS)).tensors()).hasSize(1);
  }

  static Stream<Arguments> badZips() {
    byte[] good = zipFile(records(pickle(dict("w", MATRIX)), SIX_FLOATS), false);
    byte[] pickle = pickle(dict("w", MATRIX));
    Map<String, byte[]> twoPickles = records(pickle, SIX_FLOATS);
    twoPickles.put("n/data.pkl", pickle);
    Map<String, byte[]> script = records(pickle, SIX_FLOATS);
    script.put("m/constants.pkl", pickle);
    Map<String, byte[]> order = records(pickle, SIX_FLOATS);
    order.put("m/byteorder", "middle".getBytes(StandardCharsets.UTF_8));
    int local = find(good, "m/data.pkl", 0) - 30;
    int central = find(good, "m/data.pkl", local + 40) - 46;
    return Stream.of(
        Arguments.of(
            "truncated", Arrays.copyOf(good, good.length - 5), "its zip directory is missing"),
        Arguments.of(
            "trailing", Arrays.copyOf(good, good.length + 5), "its zip directory is missing"),
        Arguments.of(
            "compressed",
            zipFile(records(pickle, new byte[24]), true),
            "is compressed (method 8), PyTorch only stores"),
        Arguments.of("local name", changed(good, local + 30, 'x'), "contradicts the directory"),
        Arguments.of("local size", changed(good, local + 22, 1), "contradicts the directory"),
        Arguments.of("local method", changed(good, local + 8, 8), "contradicts the directory"),
        Arguments.of("local signature", changed(good, local + 2, 9), "it is neither a zip archive"),
        Arguments.of("central size", changed(good, central + 24, 1), "is compressed (method 0)"),
        Arguments.of("encrypted", changed(good, central + 8, 1), "'m/data.pkl' is encrypted"),
        Arguments.of("local offset", changed(good, central + 45, 0x7F), "lies outside of the file"),
        Arguments.of(
            "central signature", changed(good, central, 9), "its zip directory is damaged"),
        Arguments.of(
            "entry count", changed(good, good.length - 12, 9), "claims 9 entries and lists 2"),
        Arguments.of(
            "directory size", changed(good, good.length - 9, 9), "its zip directory claims"),
        Arguments.of(
            "two pickles", zipFile(twoPickles, false), "it has 2 entries named <prefix>/data.pkl"),
        Arguments.of("script", zipFile(script, false), "it is a TorchScript archive"),
        Arguments.of(
            "order", zipFile(order, false), "its byteorder is 'middle', not little or big"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badZips")
  void badZipsAreRefused(String what, byte[] content, String message) {
    assertRefused(content, message);
  }

  static Stream<Arguments> badLegacyFiles() {
    Map<Object, Object> dict = dict("w", MATRIX);
    List<String> keys = List.of("0");
    byte[] good = legacy(dict, keys, SIX_FLOATS, 6);
    return Stream.of(
        Arguments.of(
            "text", "hello".getBytes(StandardCharsets.UTF_8), "it is neither a zip archive"),
        Arguments.of("other pickle", pickle(1), "it is a pickle without PyTorch's magic number"),
        Arguments.of("truncated pickle", Arrays.copyOf(good, 60), "claims 13 bytes, 2 are left"),
        Arguments.of(
            "truncated", Arrays.copyOf(good, good.length - 1), "23 bytes are left (truncated?)"),
        Arguments.of("no storage", Arrays.copyOf(good, good.length - 32), "storage '0' is missing"),
        Arguments.of(
            "trailing",
            Arrays.copyOf(good, good.length + 1),
            "1 trailing bytes follow its storages"),
        Arguments.of(
            "negative", legacy(dict, keys, SIX_FLOATS, -1), "claims 18446744073709551615 elements"),
        Arguments.of(
            "huge",
            legacy(dict, keys, SIX_FLOATS, 1L << 62),
            "claims 4611686018427387904 elements"),
        Arguments.of("fewer", legacy(dict, keys, new byte[20], 5), "has 20 bytes, 6 elements of 4"),
        Arguments.of(
            "unknown key", legacy(dict, List.of("7"), SIX_FLOATS, 6), "storage key '7' is unknown"),
        Arguments.of("no keys", legacy(dict, List.of(), new byte[0], 0), "8 trailing bytes"),
        Arguments.of(
            "git-lfs",
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
            "it is a git-lfs pointer"),
        Arguments.of(
            "web page", "<!doctype html>".getBytes(StandardCharsets.UTF_8), "it is a web page"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badLegacyFiles")
  void badLegacyFilesAreRefused(String what, byte[] content, String message) {
    assertRefused(content, message);
  }

  /** Any byte changed gives an error or a model, never another exception. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedBytesAreAnErrorOrAModel(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> files =
        List.of(
            zipFile(records(pickle(dict("w", MATRIX, "n", 3)), SIX_FLOATS), false),
            legacy(dict("w", MATRIX), List.of("0"), SIX_FLOATS, 6));
    for (byte[] content : files) {
      for (int i = 0; i < 50; i++) {
        byte[] damaged = content.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        MemoryFolder folder = MemoryFolder.of(PATH, damaged);
        try {
          RoundTrips.keys(folder, PATH);
        } catch (BadModelException e) {
          assertThat(e).hasMessageContaining(PATH);
        }
      }
    }
  }

  private static void assertRefused(byte[] content, String message) {
    assertThatThrownBy(() -> read(MemoryFolder.of(PATH, content)))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("Cannot read ")
        .hasMessageContaining(PATH)
        .hasMessageContaining(message);
  }

  private static Tensor vector(long size, long offset) {
    return new Tensor(SIX, offset, new long[] {size}, new long[] {1});
  }

  private static Map<Object, Object> dict(Object... items) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    for (int i = 0; i < items.length; i += 2) {
      dict.put(items[i], items[i + 1]);
    }
    return dict;
  }

  private static Map<String, byte[]> records(byte[] pickle, byte[] storage) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    records.put("m/data.pkl", pickle);
    records.put("m/data/0", storage);
    return records;
  }

  private static MemoryFolder zip(byte[] pickle, byte[] storage) {
    return MemoryFolder.of(PATH, zipFile(records(pickle, storage), false));
  }

  private static byte[] zipFile(Map<String, byte[]> records, boolean compressed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> record : records.entrySet()) {
        ZipEntry entry = new ZipEntry(record.getKey());
        if (!compressed) {
          CRC32 crc = new CRC32();
          crc.update(record.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(record.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(record.getValue());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] legacy(
      Map<Object, Object> dict, List<String> keys, byte[] storage, long elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(pickle(new BigInteger("1950a86a20f9469cfc6c", 16)));
    out.writeBytes(pickle(1001));
    out.writeBytes(pickle(dict("protocol_version", 1001, "little_endian", true)));
    out.writeBytes(pickle(dict));
    out.writeBytes(pickle(keys));
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(elements).array());
    out.writeBytes(storage);
    return out.toByteArray();
  }

  private static int find(byte[] content, String text, int from) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    for (int at = from; ; at++) {
      if (Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
  }

  private static byte[] changed(byte[] content, int at, int value) {
    byte[] changed = content.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    for (float v : values) {
      buffer.putFloat(v);
    }
    return buffer.array();
  }

  private static float[] elements(ModelFolder folder, TensorEntry entry) throws IOException {
    try (ByteSource file = folder.open(PATH)) {
      return DType.F32.toFloats(TensorReader.read(file, entry, 0, entry.shape().rows()));
    }
  }

  private static ModelHeader read(ModelFolder folder) throws IOException {
    return ModelReaders.readHeader(folder, PATH, ReaderLimits.DEFAULT);
  }
}
