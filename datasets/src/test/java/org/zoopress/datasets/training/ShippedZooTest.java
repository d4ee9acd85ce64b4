package org.zoopress.datasets.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.datasets.Shipped;
import org.zoopress.datasets.export.ProtobufFields;
import org.zoopress.datasets.glyph.GlyphTestSet;
import org.zoopress.datasets.glyph.IdxFile;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.tensor.Shape;

/** The files that ship, against the code that made them and the figures in README.md. */
class ShippedZooTest {
  private static final Path ZOO = Shipped.folder().resolve("zoo");
  private static final int AREA = 784;
  private static final int CLASSES = 10;

  static List<ZooNetwork> networks() {
    return ZooNetwork.ALL;
  }

  @Test
  void theZooIsSmall() throws IOException {
    try (Stream<Path> files = Files.walk(ZOO)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertThat(bytes).isLessThan(8_000_000);
    }
  }

  /** Same weights, same description: the writers reproduce every file to the byte. */
  @ParameterizedTest
  @MethodSource("networks")
  void filesAreWhatTheWritersMakeOfTheirWeights(ZooNetwork network) throws IOException {
    List<NamedTensor> weights = initializers(Files.readAllBytes(onnx(network)));
    for (ZooNetwork.Format format : ZooNetwork.Format.values()) {
      Path file = ZOO.resolve(network.file(format));
      assertThat(Files.exists(file)).isEqualTo(network.formats().contains(format));
      if (Files.exists(file)) {
        assertThat(network.encode(format, weights)).isEqualTo(Files.readAllBytes(file));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeAndTorchGiveTheSameLogits(ZooNetwork network) throws Exception {
    NativeTorch.assumeLoads();
    float[] pixels = Arrays.copyOf(pixels(), 100 * AREA);
    float[] torch =
        Trainer.logits(network.network(), initializers(Files.readAllBytes(onnx(network))), pixels);
    float[] onnxRuntime = logits(network, pixels);
    assertThat(onnxRuntime).hasSameSizeAs(torch);
    for (int i = 0; i < torch.length; i++) {
      assertThat(onnxRuntime[i]).as("logit %s", i).isCloseTo(torch[i], within(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void readmeStatesWhatOnnxRuntimeGetsRight(ZooNetwork network) throws Exception {
    byte[] labels =
        IdxFile.read(Shipped.folder().resolve("glyphs").resolve(GlyphTestSet.LABEL_FILE), 1);
    float[] logits = logits(network, pixels());
    int right = 0;
    for (int n = 0; n < labels.length; n++) {
      right += largest(logits, n * CLASSES) == labels[n] ? 1 : 0;
    }
    assertThat(Files.readString(Shipped.folder().resolve("README.md")))
        .containsPattern("\\| %s \\|[^|]*\\| %d \\|".formatted(network.name(), right));
  }

  private static int largest(float[] logits, int from) {
    int best = 0;
    for (int k = 1; k < CLASSES; k++) {
      best = logits[from + k] > logits[from + best] ? k : best;
    }
    return best;
  }

  private static Path onnx(ZooNetwork network) {
    return ZOO.resolve(network.file(ZooNetwork.Format.ONNX));
  }

  private static float[] pixels() throws IOException {
    byte[] bytes =
        IdxFile.read(Shipped.folder().resolve("glyphs").resolve(GlyphTestSet.IMAGE_FILE), 3);
    float[] pixels = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      pixels[i] = (bytes[i] & 0xff) / 255f;
    }
    return pixels;
  }

  private static float[] logits(ZooNetwork network, float[] pixels) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      long[] shape = {pixels.length / AREA, 1, 28, 28};
      try (OrtSession session = environment.createSession(onnx(network).toString(), options);
          OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
          OrtSession.Result result = session.run(Map.of("input", input))) {
        OnnxTensor output = (OnnxTensor) result.get("logits").orElseThrow();
        float[] logits = new float[(int) (shape[0] * CLASSES)];
        output.getFloatBuffer().get(logits);
        return logits;
      }
    }
  }

  private static List<NamedTensor> initializers(byte[] onnx) {
    return new ProtobufFields(onnx)
        .message(7).messages(5).stream()
            .map(
                tensor ->
                    new NamedTensor(
                        tensor.strings(8).get(0),
                        Shape.of(tensor.numbers(1).stream().mapToLong(Long::longValue).toArray()),
                        floats(tensor.bytes(9).get(0))))
            .toList();
  }

  private static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
