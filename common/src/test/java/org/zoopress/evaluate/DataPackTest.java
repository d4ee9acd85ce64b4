package org.zoopress.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published networks on real data reach the accuracies that another runtime measured. */
class DataPackTest {
  private static final Preprocess CIFAR =
      new Preprocess(
          255,
          List.of(0.485, 0.456, 0.406),
          List.of(0.229, 0.224, 0.225),
          0,
          0,
          PixelLayout.NCHW,
          0);
  private static final Preprocess MOBILENET =
      new Preprocess(127.5, List.of(1.0), List.of(1.0), 0, 224, PixelLayout.NCHW, 1);

  private static Path pack;

  @BeforeAll
  static void findPack() {
    pack = Path.of(System.getProperty("zoopress.test.data", "absent"));
    Assumptions.assumeTrue(
        Files.isDirectory(pack), "no data pack at the system property zoopress.test.data");
  }

  private static DataSet open(
      DataFormat format, String images, String labels, Preprocess preprocess) throws IOException {
    return DataSet.open(
        new DataDescriptor("pack", format, images, labels, preprocess, List.of()),
        new TestFolder(pack));
  }

  private static DataSet cifar() throws IOException {
    return open(DataFormat.CIFAR_BINARY, "cifar10/test_1017.bin", "", CIFAR);
  }

  private static DataSet imagenet() throws IOException {
    return open(DataFormat.IMAGE_FOLDER, "imagenet/images", "imagenet/labels.csv", MOBILENET);
  }

  private static OnnxSession session(String file) {
    return OnnxSession.ofFile(pack.resolve(file));
  }

  private static float[] logits(OnnxSession session, DataSet data, int count) throws IOException {
    FloatBuffer pixels = FloatBuffer.allocate(count * data.shape().elements());
    try (SampleBatchSource shard = data.shard(0, count)) {
      assertThat(shard.read(pixels, new int[count])).isEqualTo(count);
    }
    return session.logits(pixels, count, data.shape());
  }

  private static float[] reference(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(pack.resolve(file));
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static ShardResult withItself(OnnxSession session, DataSet data, long first, long count)
      throws IOException {
    try (SampleBatchSource shard = data.shard(first, count)) {
      return OnnxEvaluator.evaluate(session, session, shard);
    }
  }

  private static void assertEqualToItself(ShardResult result) {
    assertThat(result.agreement().share()).isEqualTo(1.0);
    assertThat(result.meanKl()).isZero();
    assertThat(result.nonFinite()).isZero();
    assertThat(result.correctAfter()).isEqualTo(result.correctBefore());
  }

  @ParameterizedTest
  @CsvSource({"20, 932", "32, 944", "56, 943"})
  void resnetsAnswerAsManyImagesAsTheReference(int depth, int correct) throws IOException {
    DataSet data = cifar();
    assertThat(data.size()).isEqualTo(1017);
    try (OnnxSession session = session("cifar10_resnet/resnet" + depth + ".onnx")) {
      ShardResult result = withItself(session, data, 0, 1017);
      assertThat(result.samples()).isEqualTo(1017);
      assertThat(result.correctBefore()).isEqualTo(correct);
      assertEqualToItself(result);
    }
  }

  @Test
  void resnetLogitsAreTheReferences() throws IOException {
    try (OnnxSession session = session("cifar10_resnet/resnet20.onnx")) {
      assertThat(logits(session, cifar(), 1017))
          .containsExactly(reference("cifar10_resnet/resnet20.logits.f32"), within(1e-3f));
    }
  }

  @Test
  void shardsAddUpToTheWhole() throws IOException {
    DataSet data = cifar();
    try (OnnxSession shallow = session("cifar10_resnet/resnet20.onnx");
        OnnxSession folded = session("cifar10_resnet/resnet20.bn.onnx");
        OnnxSession deep = session("cifar10_resnet/resnet32.onnx")) {
      ShardResult sum = ShardResult.EMPTY;
      for (long first = 1000; first >= 0; first -= 250) {
        try (SampleBatchSource shard = data.shard(first, Math.min(250, 1017 - first))) {
          sum = sum.plus(OnnxEvaluator.evaluate(shallow, deep, shard));
        }
      }
      assertThat(sum.samples()).isEqualTo(1017);
      assertThat(sum.correctBefore()).isEqualTo(932);
      assertThat(sum.correctAfter()).isEqualTo(944);
      assertThat(sum.agreeing()).isBetween(900L, 1000L);
      assertThat(sum.meanKl()).isBetween(0.01, 1.0);
      try (SampleBatchSource shard = data.shard(0, 1017)) {
        ShardResult same = OnnxEvaluator.evaluate(shallow, folded, shard);
        assertThat(same.agreeing()).as("batch normalisation folded or not").isEqualTo(1017);
        assertThat(same.meanKl()).isLessThan(1e-6);
      }
    }
  }

  @Test
  void lenetAnswersAsManyDigitsAsTheReference() throws IOException {
    DataSet data =
        open(
            DataFormat.IDX,
            "mnist/t10k-images-idx3-ubyte.gz",
            "mnist/t10k-labels-idx1-ubyte.gz",
            Preprocess.DEFAULT);
    assertThat(data.size()).isEqualTo(10_000);
    try (OnnxSession session = session("mnist/lenet.onnx")) {
      ShardResult result =
          withItself(session, data, 5_000, 5_000).plus(withItself(session, data, 0, 5_000));
      assertThat(result.correctBefore()).isEqualTo(9761);
      assertEqualToItself(result);
    }
  }

  @Test
  void mobilenetLogitsAreTheReferences() throws IOException {
    try (OnnxSession session = session("imagenet_mobilenetv2/mobilenetv2.onnx")) {
      assertThat(logits(session, imagenet(), 20))
          .containsExactly(
              reference("imagenet_mobilenetv2/mobilenetv2.first20.logits.f32"), within(1e-3f));
    }
  }

  @Test
  void mobilenetAnswersAsManyPhotographsAsTheReference() throws IOException {
    DataSet data = imagenet();
    assertThat(data.size()).isEqualTo(500);
    try (OnnxSession session = session("imagenet_mobilenetv2/mobilenetv2.onnx")) {
      ShardResult result = withItself(session, data, 0, 500);
      // 432 and 489; the decoders of JPEG may differ by a level a pixel.
      assertThat(result.correctBefore()).isBetween(430L, 434L);
      assertThat(result.topFiveBefore()).isBetween(487L, 491L);
      assertEqualToItself(result);
    }
  }
}
