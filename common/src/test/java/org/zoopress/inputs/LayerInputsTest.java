package org.zoopress.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.OnnxSession;
import org.zoopress.evaluate.PixelLayout;
import org.zoopress.evaluate.SampleBatchSource;
import org.zoopress.evaluate.SampleShape;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelReaders;
import org.zoopress.zoo.OnnxGraph;
import org.zoopress.zoo.ReaderLimits;

/** Gram matrices of tiny networks against sums written out place by place. */
class LayerInputsTest {
  private static final int CHANNELS = 3;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 8;
  private static final int SAMPLES = 5;

  /** Random samples; the first network input of every test. */
  private static final class Samples implements DataSet {
    final float[] pixels = new float[SAMPLES * CHANNELS * HEIGHT * WIDTH];

    Samples() {
      SplittableRandom random = new SplittableRandom(11);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
    }

    @Override
    public SampleShape shape() {
      return new SampleShape(CHANNELS, HEIGHT, WIDTH, PixelLayout.NCHW);
    }

    @Override
    public long size() {
      return SAMPLES;
    }

    @Override
    public SampleBatchSource shard(long first, long count) {
      return new SampleBatchSource() {
        private int next = (int) first;

        @Override
        public SampleShape shape() {
          return Samples.this.shape();
        }

        @Override
        public int read(FloatBuffer target, int[] classes) {
          int read = (int) Math.min(classes.length, first + count - next);
          int size = shape().elements();
          target.put(pixels, next * size, read * size);
          next += read;
          return read;
        }

        @Override
        public void close() {}
      };
    }
  }

  /** Protobuf's wire format. */
  private static final class Message {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(8L * field);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.out.toByteArray());
    }

    Message bytes(int field, byte[] value) {
      varint(8L * field + 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
        out.write((int) (rest & 0x7F | 0x80));
      }
      out.write((int) rest);
    }

    Message ints(String name, long... values) {
      Message attribute = new Message().text(1, name);
      for (long value : values) {
        attribute.number(8, value);
      }
      return message(5, attribute.number(20, 7));
    }

    Message whole(String name, long value) {
      return message(5, new Message().text(1, name).number(3, value).number(20, 2));
    }

    Message word(String name, String value) {
      return message(5, new Message().text(1, name).text(4, value).number(20, 3));
    }
  }

  private static Message node(String op, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, op);
  }

  private static Message weight(String name, long... shape) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    Message tensor = new Message();
    long elements = 1;
    for (long n : shape) {
      tensor.number(1, n);
      elements *= n;
    }
    ByteBuffer raw = ByteBuffer.allocate((int) (4 * elements)).order(ByteOrder.LITTLE_ENDIAN);
    while (raw.hasRemaining()) {
      raw.putFloat((float) random.nextGaussian());
    }
    return tensor.number(2, 1).text(8, name).bytes(9, raw.array());
  }

  private static Message value(String name, long... shape) {
    Message dims = new Message();
    for (long n : shape) {
      dims.message(1, n < 0 ? new Message().text(2, "N") : new Message().number(1, n));
    }
    Message tensor = new Message().number(1, 1);
    if (shape.length > 0) {
      tensor.message(2, dims);
    }
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  private static byte[] model(long batch, String output, List<Message> nodes, Message... weights) {
    Message graph = new Message();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, "tiny");
    for (Message weight : weights) {
      graph.message(5, weight);
    }
    graph.message(11, value("images", batch, CHANNELS, HEIGHT, WIDTH));
    graph.message(12, value(output));
    Message opset = new Message().text(1, "").number(2, 13);
    return new Message().number(1, 8).message(7, graph).message(8, opset).out.toByteArray();
  }

  private record Result(Map<String, DenseMatrix> grams, Map<String, String> refusals) {}

  private static Result collect(byte[] onnx, int maxColumns) throws IOException {
    ModelFolder folder =
        new ModelFolder() {
          @Override
          public ByteSource open(String path) {
            return new ByteSource() {
              @Override
              public String path() {
                return path;
              }

              @Override
              public long length() {
                return onnx.length;
              }

              @Override
              public void readFully(long position, byte[] target, int offset, int count) {
                System.arraycopy(onnx, (int) position, target, offset, count);
              }

              @Override
              public void close() {}
            };
          }

          @Override
          public boolean exists(String path) {
            return true;
          }
        };
    ModelHeader header = ModelReaders.readHeader(folder, "tiny.onnx", ReaderLimits.DEFAULT);
    OnnxGraph graph = OnnxGraph.read(folder, "tiny.onnx", ReaderLimits.DEFAULT);
    WeightLayers layers = WeightLayers.of(graph, header.tensors(), maxColumns);
    byte[] suffix = ExtraOutputs.suffix(layers.extraOutputs());
    byte[] extended = Arrays.copyOf(onnx, onnx.length + suffix.length);
    System.arraycopy(suffix, 0, extended, onnx.length, suffix.length);
    Map<String, DenseMatrix> grams = new HashMap<>();
    Map<String, String> refusals = new HashMap<>(layers.refusals());
    try (OnnxSession session = OnnxSession.ofBytes("tiny", extended)) {
      refusals.putAll(new LayerInputs(session, new Samples(), SAMPLES).collect(layers, grams::put));
    }
    return new Result(grams, refusals);
  }

  @ParameterizedTest(
      name = "kernel {0}x{1}, strides {2} {3}, pads {4} {5} {6} {7}, dilation {8} {9}")
  @CsvSource({
    "3,3,1,1,1,1,1,1,1,1",
    "1,1,1,1,0,0,0,0,1,1",
    "1,1,2,2,0,0,0,0,1,1",
    "3,2,2,1,0,1,2,0,1,1",
    "2,3,1,2,1,0,0,3,2,2",
    "5,5,3,2,2,2,2,2,1,1"
  })
  void patchesAreThoseOfTheConvolution(
      int kh, int kw, int sy, int sx, int top, int left, int bottom, int right, int dy, int dx)
      throws IOException {
    Message conv =
        node("Conv", "out", "images", "w")
            .ints("kernel_shape", kh, kw)
            .ints("strides", sy, sx)
            .ints("pads", top, left, bottom, right)
            .ints("dilations", dy, dx);
    byte[] onnx = model(-1, "out", List.of(conv), weight("w", 4, CHANNELS, kh, kw));
    int rows = (HEIGHT + top + bottom - dy * (kh - 1) - 1) / sy + 1;
    int columns = (WIDTH + left + right - dx * (kw - 1) - 1) / sx + 1;

    DenseMatrix expected = reference(kh, kw, sy, sx, top, left, dy, dx, rows, columns);
    assertEqual(collect(onnx, 2304).grams().get("w"), expected);
  }

  private static DenseMatrix reference(
      int kh, int kw, int sy, int sx, int top, int left, int dy, int dx, int rows, int columns) {
    float[] pixels = new Samples().pixels;
    int n = CHANNELS * kh * kw;
    double[] sum = new double[n * n];
    for (int s = 0; s < SAMPLES; s++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          double[] patch = new double[n];
          for (int i = 0; i < n; i++) {
            int row = y * sy - top + i / kw % kh * dy;
            int column = x * sx - left + i % kw * dx;
            boolean inside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH;
            int plane = s * CHANNELS + i / (kh * kw);
            patch[i] = inside ? pixels[(plane * HEIGHT + row) * WIDTH + column] : 0;
          }
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              sum[i * n + j] += patch[i] * patch[j] / ((double) SAMPLES * rows * columns);
            }
          }
        }
      }
    }
    return new DenseMatrix(n, n, sum);
  }

  private static void assertEqual(DenseMatrix actual, DenseMatrix expected) {
    assertThat(actual.numRows()).isEqualTo(expected.numRows());
    assertThat(actual.values()).containsExactly(expected.values(), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"SAME_UPPER,0", "SAME_LOWER,1", "VALID,0"})
  void paddingRulesOfTheRuntimeHold(String rule, int before) throws IOException {
    // Width 8, kernel 2, stride 1: SAME needs one column of zeros, behind or in front.
    Message conv =
        node("Conv", "out", "images", "w").ints("kernel_shape", 1, 2).word("auto_pad", rule);
    byte[] onnx = model(-1, "out", List.of(conv), weight("w", 4, CHANNELS, 1, 2));
    int columns = rule.equals("VALID") ? WIDTH - 1 : WIDTH;
    assertEqual(
        collect(onnx, 2304).grams().get("w"),
        reference(1, 2, 1, 1, 0, before, 1, 1, HEIGHT, columns));
  }

  @Test
  void innerValuesAndSharedWeightsAndFullyConnectedLayersAreSeen() throws IOException {
    // The shared 1×1 convolution sees the images and what it made of them; Gemm sees the rest.
    List<Message> nodes =
        List.of(
            node("Conv", "a", "images", "shared"),
            node("Relu", "b", "a"),
            node("Conv", "c", "b", "shared"),
            node("GlobalAveragePool", "d", "c"),
            node("Flatten", "e", "d"),
            node("Gemm", "out", "e", "fc").whole("transB", 1));
    for (long batch : new long[] {-1, 2}) {
      byte[] onnx = model(batch, "out", nodes, weight("shared", 3, 3, 1, 1), weight("fc", 7, 3));
      Result result = collect(onnx, 2304);
      assertThat(result.grams()).containsOnlyKeys("shared", "fc");

      SplittableRandom random = new SplittableRandom("shared".hashCode());
      double[] w = new double[9];
      for (int i = 0; i < 9; i++) {
        w[i] = (float) random.nextGaussian();
      }
      int places = HEIGHT * WIDTH;
      float[] pixels = new Samples().pixels;
      double[] shared = new double[9];
      double[] fc = new double[9];
      for (int s = 0; s < SAMPLES; s++) {
        double[] mean = new double[3];
        for (int p = 0; p < places; p++) {
          double[] x = new double[3];
          double[] y = new double[3];
          for (int c = 0; c < 3; c++) {
            x[c] = pixels[(s * 3 + c) * places + p];
          }
          for (int i = 0; i < 9; i++) {
            y[i / 3] += w[i] * x[i % 3];
          }
          for (int c = 0; c < 3; c++) {
            y[c] = Math.max(0, y[c]);
          }
          for (int i = 0; i < 9; i++) {
            shared[i] += (x[i / 3] * x[i % 3] + y[i / 3] * y[i % 3]) / (2.0 * SAMPLES * places);
            mean[i / 3] += w[i] * y[i % 3] / places;
          }
        }
        for (int i = 0; i < 9; i++) {
          fc[i] += mean[i / 3] * mean[i % 3] / SAMPLES;
        }
      }
      assertThat(result.grams().get("shared").values()).containsExactly(shared, within(1e-5));
      assertThat(result.grams().get("fc").values()).containsExactly(fc, within(1e-5));
    }
  }

  @Test
  void layersThatCannotBeCollectedSayWhy() throws IOException {
    List<Message> nodes =
        List.of(
            node("Conv", "a", "images", "grouped").whole("group", 3),
            node("Conv", "b", "a", "wide").ints("pads", 1, 1, 1, 1),
            node("Flatten", "c", "b"),
            node("MatMul", "d", "c", "product"),
            node("Gemm", "out", "d", "plain"));
    byte[] onnx =
        model(
            -1,
            "out",
            nodes,
            weight("grouped", 3, 1, 1, 1),
            weight("wide", 1, 3, 3, 3),
            weight("product", HEIGHT * WIDTH, 4),
            weight("plain", 4, 2));
    Result result = collect(onnx, 26);
    assertThat(result.grams()).isEmpty();
    assertThat(result.refusals())
        .containsOnly(
            Map.entry(
                "grouped",
                "it is a grouped convolution (3 groups): its filters see different inputs"),
            Map.entry("wide", "it has 27 inputs an output, more than inputs.max-columns=26"),
            Map.entry("product", "its weight is stored inputs first (MatMul)"),
            Map.entry("plain", "its weight is stored inputs first (Gemm without transB)"));
  }
}
