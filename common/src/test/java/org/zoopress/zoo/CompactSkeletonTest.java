package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.coding.TextCoder;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/** Skeletons in version 2: exact, small, and bounded whatever the bytes. */
class CompactSkeletonTest {
  private static final List<String> NAMES =
      List.of(
          "",
          "a",
          "layer1.0.conv1.weight",
          "layer1.1.conv1.weight",
          "x_09",
          "x_10",
          "größe.重み",
          "a/b:c");

  /** A random graph of unusual messages: fields repeated, missing, unknown, in any order. */
  private static byte[] randomGraph(SplittableRandom random) {
    Proto graph = new Proto();
    for (int n = random.nextInt(30); n > 0; n--) {
      switch (random.nextInt(6)) {
        case 0 -> graph.message(5, Proto.tensor(name(random), 1, 2, 3).bytes(9, new byte[24]));
        case 1 -> graph.text(random.nextInt(2, 12), name(random));
        case 2 -> graph.number(random.nextInt(1, 40), random.nextLong() >>> random.nextInt(64));
        case 3 -> graph.message(11, new Proto().text(1, name(random)).fixed32(7, 1.5f));
        default -> {
          Proto node = new Proto();
          for (int f = random.nextInt(9); f > 0; f--) {
            int field = random.nextInt(1, 8);
            if (field == 5) {
              node.message(5, new Proto().text(1, name(random)).number(8, random.nextInt(5)));
            } else {
              node.text(field, name(random));
            }
          }
          graph.message(1, node);
        }
      }
    }
    return Proto.model(graph);
  }

  private static String name(SplittableRandom random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** What the structured form does not refuse comes back byte for byte. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void textOfRandomGraphsComesBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int expressible = 0;
    for (int trial = 0; trial < 200; trial++) {
      byte[] file = randomGraph(random);
      ByteRanges none = new ByteRanges(new long[0], new long[0]);
      ByteWriter text = new ByteWriter();
      try {
        GraphText.write(text, file, none);
      } catch (NotExpressibleException e) {
        continue;
      }
      ByteReader in = new ByteReader(text.toByteArray());
      FileText read = GraphText.read(in);
      in.expectEnd();
      assertThat(read.literals()).isEqualTo(file);
      assertThat(read.holes()).isEqualTo(none);
      expressible++;
    }
    // The others have a name or an operator twice in one node.
    assertThat(expressible).isGreaterThan(30);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {20, 21, 22, 23})
  void randomTextsAreCorruptOrSomeFile(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] primer = SkeletonPrimerTest.primer();
    for (int trial = 0; trial < 500; trial++) {
      int begin = random.nextInt(primer.length);
      byte[] text = Arrays.copyOfRange(primer, begin, begin + 200);
      for (int hit = 0; hit < 5; hit++) {
        text[random.nextInt(text.length)] = (byte) random.nextInt();
      }
      for (int form = 0; form < 2; form++) {
        try {
          ByteReader in = new ByteReader(text);
          assertThat(form == 0 ? GraphText.read(in) : SafetensorsText.read(in)).isNotNull();
        } catch (CorruptDataException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void namesAreFrontCodedByTheirParts() throws NotExpressibleException {
    ByteWriter out = new ByteWriter();
    NameFront front = new NameFront();
    List<String> names =
        List.of("layer1.0.conv2.weight", "layer1.1.conv1.weight", "x_09", "x_10", "x_7", "x_007");
    for (String name : names) {
      front.write(out, name);
    }
    ByteReader in = new ByteReader(out.toByteArray());
    NameFront back = new NameFront();
    for (String name : names) {
      assertThat(back.read(in, in.readByte())).isEqualTo(name);
    }
    in.expectEnd();
    ByteWriter step = new ByteWriter();
    NameFront one = new NameFront();
    one.set(names.get(0));
    one.write(step, names.get(1));
    assertThat(new String(step.toByteArray(), StandardCharsets.ISO_8859_1))
        .isEqualTo("#\u0001.conv1.weight\0");
  }

  /** Names that texts cannot express, and skeletons beyond the bound, are stored as before. */
  @Test
  void whatIsTooLargeOrOddIsStoredInVersionOne() throws IOException {
    for (String name : List.of("a\0b", "\u0001", "n".repeat(5000))) {
      assertVersion(1, name);
    }
    assertVersion(2, "größe 重み \uD83D\uDE00");
    StringBuilder json = new StringBuilder("{\"__metadata__\":{\"k\":\"");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300_000; i++) {
      json.append((char) random.nextInt('a', 'z'));
    }
    byte[] text = json.append("\"}}").toString().getBytes(StandardCharsets.US_ASCII);
    ByteWriter file = new ByteWriter();
    file.writeInt(text.length);
    file.writeInt(0);
    file.writeBytes(text);
    MemoryFolder folder = MemoryFolder.of("m.safetensors", file.toByteArray());
    RoundTrips.assertRestores(folder, "m.safetensors");
    ModelHeader header = ModelReaders.readHeader(folder, "m.safetensors", ReaderLimits.DEFAULT);
    assertThat(ModelSkeleton.read(folder, header).encode()[0]).isEqualTo((byte) 1);
  }

  private static void assertVersion(int version, String name) throws IOException {
    ModelHeader header =
        new ModelHeader(
            "m",
            ModelFormat.TORCH,
            List.of(new SourceFile("m.pt", 9)),
            List.of(new TensorEntry(name, DType.F32, Shape.of(1, 2), 0, 0, TensorLayout.ROW_MAJOR)),
            Map.of(),
            List.of());
    byte[] bytes = ModelSkeleton.read(new MemoryFolder(), header).encode();
    assertThat(bytes[0]).isEqualTo((byte) version);
    assertThat(ModelSkeleton.decode(bytes).header()).isEqualTo(header);
  }

  @Test
  void bothVersionsOfASkeletonAreRead() throws IOException {
    MemoryFolder folder = PrimerModels.folder();
    for (String path : PrimerModels.order()) {
      ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
      ModelSkeleton skeleton = ModelSkeleton.read(folder, header);
      byte[] one = PlainSkeletonCodec.encode(skeleton);
      byte[] two = skeleton.encode();
      assertThat(one[0]).isEqualTo((byte) 1);
      assertThat(two[0]).isEqualTo((byte) 2);
      assertThat(ModelSkeleton.decode(one).header()).isEqualTo(header);
      assertThat(ModelSkeleton.decode(two).header()).isEqualTo(header);
      assertThat(ModelSkeleton.decode(one).literals(0)).isEqualTo(skeleton.literals(0));
      assertThat(ModelSkeleton.decode(two).literals(0)).isEqualTo(skeleton.literals(0));
      RoundTrips.assertRestores(folder, path);
    }
  }

  @Test
  void claimedLengthsAreChecked() {
    ByteWriter out = new ByteWriter();
    out.writeByte(2);
    out.writeVarint(1 << 20);
    assertThatThrownBy(() -> ModelSkeleton.decode(out.toByteArray()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("length of a text is 1048576, at most 262144 is possible");
  }

  /** A name of 4,000 bytes that is repeated by two bytes each ends at the bound of the file. */
  @Test
  void shortTextsCannotExpandWithoutEnd() throws NotExpressibleException {
    ByteWriter text = new ByteWriter();
    text.writeVarint(7 << 3 | 2); // the graph
    text.writeVarint(1 << 3 | 2); // a node without operator
    text.writeByte(0);
    text.writeVarint(1 << 3 | 2);
    new NameFront().write(text, "n".repeat(4000));
    for (int i = 0; i < 100_000; i++) {
      text.writeVarint(1 << 3 | 2);
      text.writeByte(30);
      text.writeByte(0);
    }
    assertThatThrownBy(() -> GraphText.read(new ByteReader(text.toByteArray())))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("a graph of more than 1048576 bytes");
  }

  @Test
  void namesOfACheckpointAreFewInAll() throws Exception {
    ByteWriter text = new ByteWriter();
    text.writeByte(ModelFormat.TORCH.code());
    SkeletonBytes.writeText(text, "net.pth");
    text.writeVarint(1L << 30);
    text.writeVarint(0); // notes
    EntryText entries = new EntryText();
    for (int i = 0; i < 5000; i++) {
      entries.write(text, "n".repeat(4000), DType.F32, new long[0]);
    }
    ByteWriter out = new ByteWriter();
    out.writeByte(2);
    out.writeBytes(new TextCoder(CompactSkeletonCodec.primer()).encode(text.toByteArray()));
    assertThatThrownBy(() -> ModelSkeleton.decode(out.toByteArray()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage("names of more than 16777216 bytes");
  }

  @Test
  void textCoderIsItsOwnInverse() {
    SplittableRandom random = new SplittableRandom(30);
    TextCoder coder = new TextCoder("some primer some primer".getBytes(StandardCharsets.US_ASCII));
    for (int length : new int[] {0, 1, 2, 100, 5000}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      byte[] zeros = new byte[length];
      for (byte[] text : List.of(noise, zeros)) {
        byte[] stored = coder.encode(text);
        assertThat(coder.encode(text)).isEqualTo(stored);
        assertThat(coder.decode(stored, 5000)).isEqualTo(text);
        assertThat(stored.length).isLessThan(length + length / 20 + 16);
      }
    }
    assertThat(coder.encode(new byte[5000]).length).isLessThan(40);
  }

  /** Bytes on real models; a regression here is a change of format for the worse. */
  @ParameterizedTest
  @CsvSource({
    "cifar10_resnet/resnet20.bn.onnx,250",
    "cifar10_resnet/resnet56.bn.onnx,250",
    "cifar10_resnet/resnet20.onnx,200",
    "cifar10_resnet/resnet20.safetensors,130",
    "cifar10_resnet/resnet20-12fca82f.th,130",
    "imagenet_mobilenetv2/mobilenetv2.onnx,450",
    "mnist/lenet.onnx,120"
  })
  void realModelsTakeFewBytes(String path, int atMost) throws IOException {
    String data = System.getProperty("zoopress.test.data", "");
    assumeTrue(
        !data.isEmpty() && Files.isRegularFile(Path.of(data, path)),
        "no real models: set zoopress.test.data to their folder");
    LocalModelFolder folder = new LocalModelFolder(Path.of(data));
    ModelHeader header = ModelReaders.readHeader(folder, path, ReaderLimits.DEFAULT);
    assertThat(ModelSkeleton.read(folder, header).encode()).hasSizeLessThan(atMost);
  }
}
