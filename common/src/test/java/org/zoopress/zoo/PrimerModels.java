package org.zoopress.zoo;

import static org.zoopress.zoo.ExportedGraph.ints;
import static org.zoopress.zoo.ExportedGraph.longs;
import static org.zoopress.zoo.ExportedGraph.number;
import static org.zoopress.zoo.ExportedGraph.real;
import static org.zoopress.zoo.ExportedGraph.scalar;
import static org.zoopress.zoo.ExportedGraph.text;
import static org.zoopress.zoo.ExportedGraph.value;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * The models that {@code skeleton-primer.txt} is made of: small networks with the operators,
 * attributes and names that exporters and frameworks use. None is a model that anything is measured
 * on; two are of the same family as the ResNets for CIFAR-10, so benchmarks tell sizes without
 * these.
 */
final class PrimerModels {
  private PrimerModels() {}

  /** What is learned first to what is learned last. */
  static MemoryFolder folder() {
    return MemoryFolder.of("model.onnx", transformer())
        .with("vision/net.onnx", byPath())
        .with("vgg.onnx", plain())
        .with("mobile.onnx", depthwise())
        .with("folded.onnx", folded())
        .with("resnet.onnx", residual());
  }

  static List<String> order() {
    return List.of(
        "model.onnx", "vision/net.onnx", "vgg.onnx", "mobile.onnx", "folded.onnx", "resnet.onnx");
  }

  private static Proto[] conv(int size, int stride, int group) {
    return new Proto[] {
      ints("dilations", 1, 1),
      number("group", group),
      ints("kernel_shape", size, size),
      ints("pads", size / 2, size / 2, size / 2, size / 2),
      ints("strides", stride, stride)
    };
  }

  private static Proto[] gemm() {
    return new Proto[] {real("alpha", 1), real("beta", 1), number("transB", 1)};
  }

  private static Proto[] norm() {
    return new Proto[] {real("epsilon", 1e-5f), real("momentum", 0.9f)};
  }

  private static String batchNorm(ExportedGraph g, String x, String path, int channels) {
    return g.node(
        "BatchNormalization",
        List.of(
            x,
            g.weight(path + ".weight", channels),
            g.weight(path + ".bias", channels),
            g.weight(path + ".running_mean", channels),
            g.weight(path + ".running_var", channels)),
        norm());
  }

  /** Batch norms kept; shortcuts by convolution and by slicing with padding of computed size. */
  private static byte[] residual() {
    ExportedGraph g = new ExportedGraph("pytorch", "2.1.0", 7, 13);
    String x =
        g.scope("/conv1/")
            .node("Conv", List.of("input", g.weight("conv1.weight", 16, 3, 3, 3)), conv(3, 1, 1));
    x = batchNorm(g.scope("/bn1/"), x, "bn1", 16);
    x = g.scope("/").node("Relu", List.of(x));
    int width = 16;
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 0; block < 2; block++) {
        int stride = stage > 1 && block == 0 ? 2 : 1;
        int out = stride == 2 ? 2 * width : width;
        String path = "layer" + stage + "." + block;
        String scope = "/layer" + stage + "/" + path + "/";
        String y =
            g.scope(scope + "conv1/")
                .node(
                    "Conv",
                    List.of(x, g.weight(path + ".conv1.weight", out, width, 3, 3)),
                    conv(3, stride, 1));
        y = batchNorm(g.scope(scope + "bn1/"), y, path + ".bn1", out);
        y = g.scope(scope).node("Relu", List.of(y));
        y =
            g.scope(scope + "conv2/")
                .node(
                    "Conv",
                    List.of(y, g.weight(path + ".conv2.weight", out, out, 3, 3)),
                    conv(3, 1, 1));
        y = batchNorm(g.scope(scope + "bn2/"), y, path + ".bn2", out);
        String shortcut = x;
        if (stage == 2 && block == 0) {
          shortcut = slicedAndPadded(g.scope(scope), x, 8);
        } else if (stride == 2) {
          shortcut =
              g.scope(scope + "downsample/downsample.0/")
                  .node(
                      "Conv",
                      List.of(x, g.weight(path + ".downsample.0.weight", out, width, 1, 1)),
                      conv(1, 2, 1));
          shortcut =
              batchNorm(
                  g.scope(scope + "downsample/downsample.1/"),
                  shortcut,
                  path + ".downsample.1",
                  out);
        }
        y = g.scope(scope).node("Add", List.of(y, shortcut));
        x = g.node("Relu", List.of(y));
        width = out;
      }
    }
    x = g.scope("/").node("ReduceMean", List.of(x), ints("axes", -1, -2), number("keepdims", 0));
    x = g.scope("/avgpool/").node("GlobalAveragePool", List.of(x));
    x = g.scope("/").node("Flatten", List.of(x), number("axis", 1));
    g.scope("/linear/")
        .add(
            "Gemm",
            List.of(x, g.weight("linear.weight", 10, 64), g.weight("linear.bias", 10)),
            "/linear/Gemm",
            "output",
            gemm());
    return g.file("main_graph", value("input", "batch", 3, 32, 32), value("output", "batch", 10));
  }

  /**
   * x[:, :, ::2, ::2] and F.pad, unfolded: starts, ends and steps by axis, then the chain of pads.
   */
  private static String slicedAndPadded(ExportedGraph g, String x, int channels) {
    String start = g.constant(longs(new long[0], 0));
    String end = g.constant(longs(new long[0], Long.MAX_VALUE));
    String step = g.constant(longs(new long[0], 2));
    String sliced = x;
    for (long axis = 2; axis < 4; axis++) {
      String axisOne = axis == 2 ? step : g.constant(longs(new long[0], axis));
      List<String> lists = new ArrayList<>();
      for (String value : List.of(axisOne, start, end, step)) {
        lists.add(g.node("Unsqueeze", List.of(value, g.longConstant(0))));
      }
      sliced =
          g.node("Slice", List.of(sliced, lists.get(1), lists.get(2), lists.get(0), lists.get(3)));
    }
    String given = g.longConstant(0, 0, 0, 0, channels, channels);
    String shape = g.node("Shape", List.of(g.longConstant(0)));
    String length =
        g.node("Gather", List.of(shape, g.constant(longs(new long[0], 0))), number("axis", 0));
    String rank = g.constant(longs(new long[0], 4));
    String both = g.node("Mul", List.of(rank, g.constant(longs(new long[0], 2))));
    String missing = g.node("Sub", List.of(both, length));
    missing = g.node("Cast", List.of(missing), number("to", 7));
    missing = g.node("Unsqueeze", List.of(missing, g.longConstant(0)));
    return pad(g, sliced, given, missing);
  }

  private static String pad(ExportedGraph g, String x, String given, String missing) {
    String zeros =
        g.node(
            "ConstantOfShape",
            List.of(missing),
            ExportedGraph.tensor("value", longs(new long[] {1}, 0)));
    String pads = g.node("Concat", List.of(given, zeros), number("axis", 0));
    pads = g.node("Reshape", List.of(pads, g.longConstant(-1, 2)));
    List<String> slice = new ArrayList<>(List.of(pads));
    for (long value : new long[] {0, -1, Long.MIN_VALUE + 1, -1}) {
      slice.add(g.longConstant(value));
    }
    pads = g.node("Slice", List.of(pads, slice.get(2), slice.get(3), slice.get(1), slice.get(4)));
    pads = g.node("Transpose", List.of(pads), ints("perm", 1, 0));
    pads = g.node("Reshape", List.of(pads, g.longConstant(-1)));
    pads = g.node("Cast", List.of(pads), number("to", 7));
    return g.node("Pad", List.of(x, pads, ""), text("mode", "constant"));
  }

  /** Batch norms folded, so that weights have the exporter's names. */
  private static byte[] folded() {
    ExportedGraph g = new ExportedGraph("pytorch", "1.13.1", 7, 14);
    String x = "input.1";
    int number = 193;
    int width = 3;
    for (int block = 0; block < 4; block++) {
      String scope =
          "/layer" + (1 + block / 2) + "/layer" + (1 + block / 2) + "." + block % 2 + "/";
      String y = x;
      for (int k = 1; k <= 2; k++) {
        y =
            g.scope(scope + "conv" + k + "/")
                .node(
                    "Conv",
                    List.of(
                        y,
                        g.weight("onnx::Conv_" + number, 16, width, 3, 3),
                        g.weight("onnx::Conv_" + (number + 1), 16)),
                    conv(3, 1, 1));
        number += 3;
        width = 16;
        if (k == 1) {
          y = g.scope(scope).node("Relu", List.of(y));
        }
      }
      if (block == 2) {
        x = pad(g.scope(scope), x, g.longConstant(0, 0, 0, 0, 4, 4), g.longConstant(2));
      }
      y = block == 0 ? y : g.scope(scope).node("Add", List.of(y, x));
      x = g.scope(scope).node("Relu", List.of(y));
    }
    x =
        g.scope("/avgpool/")
            .node(
                "AveragePool",
                List.of(x),
                number("ceil_mode", 0),
                number("count_include_pad", 1),
                ints("kernel_shape", 2, 2),
                ints("pads", 0, 0, 0, 0),
                ints("strides", 2, 2));
    x = g.scope("/").node("Reshape", List.of(x, g.longConstant(-1, 16)));
    g.scope("/fc/")
        .add(
            "Gemm",
            List.of(x, g.weight("fc.weight", 10, 16), g.weight("fc.bias", 10)),
            "/fc/Gemm",
            "191",
            gemm());
    return g.file(
        "torch_jit", value("input.1", "batch_size", 3, 32, 32), value("191", "batch_size", 10));
  }

  private static byte[] depthwise() {
    ExportedGraph g = new ExportedGraph("pytorch", "2.0.1", 8, 17);
    String x = "images";
    int width = 3;
    for (int block = 0; block < 3; block++) {
      String path = "features." + block;
      String scope = "/features/" + path + "/";
      x =
          g.scope(scope + "conv/conv.0/conv.0.0/")
              .node(
                  "Conv",
                  List.of(
                      x,
                      g.weight(path + ".conv.0.0.weight", 32, width, 1, 1),
                      g.weight(path + ".conv.0.0.bias", 32)),
                  conv(1, 1, 1));
      x =
          g.scope(scope + "conv/conv.0/conv.0.2/")
              .node("Clip", List.of(x, g.constant(scalar(0)), g.constant(scalar(6))));
      x =
          g.scope(scope + "conv/conv.1/conv.1.0/")
              .node(
                  "Conv",
                  List.of(x, g.weight(path + ".conv.1.0.weight", 32, 1, 3, 3)),
                  conv(3, 2, 32));
      x = batchNorm(g.scope(scope + "conv/conv.1/conv.1.1/"), x, path + ".conv.1.1", 32);
      x = g.scope(scope + "conv/conv.1/conv.1.2/").node("HardSwish", List.of(x));
      String s = g.scope(scope + "block/avgpool/").node("GlobalAveragePool", List.of(x));
      s =
          g.scope(scope + "block/fc1/")
              .node(
                  "Conv",
                  List.of(s, g.weight(path + ".block.fc1.weight", 8, 32, 1, 1)),
                  conv(1, 1, 1));
      s = g.scope(scope + "block/").node("Sigmoid", List.of(s));
      s = g.node("HardSigmoid", List.of(s), real("alpha", 1 / 6f));
      x = g.node("Mul", List.of(s, x));
      width = 32;
    }
    x = g.scope("/").node("GlobalAveragePool", List.of(x));
    x = g.node("Flatten", List.of(x), number("axis", 1));
    g.scope("/classifier/classifier.1/")
        .add(
            "Gemm",
            List.of(
                x, g.weight("classifier.1.weight", 1000, 32), g.weight("classifier.1.bias", 1000)),
            "/classifier/classifier.1/Gemm",
            "logits",
            gemm());
    return g.file("main_graph", value("images", "N", 3, 224, 224), value("logits", "N", 1000));
  }

  private static byte[] plain() {
    ExportedGraph g = new ExportedGraph("pytorch", "2.2.2", 8, 11);
    String x = "x";
    int width = 1;
    for (int layer = 0; layer < 4; layer += 2) {
      String path = "features." + 2 * layer;
      x =
          g.scope("/features/" + path + "/")
              .node(
                  "Conv",
                  List.of(
                      x, g.weight(path + ".weight", 32, width, 5, 5), g.weight(path + ".bias", 32)),
                  conv(5, 1, 1));
      x = g.scope("/features/features." + (2 * layer + 1) + "/").node("Relu", List.of(x));
      x =
          g.scope("/features/features." + (2 * layer + 2) + "/")
              .node(
                  "MaxPool",
                  List.of(x),
                  number("ceil_mode", 0),
                  ints("kernel_shape", 2, 2),
                  ints("pads", 0, 0, 0, 0),
                  ints("strides", 2, 2));
      width = 32;
    }
    x = g.scope("/").node("Flatten", List.of(x), number("axis", 1));
    for (int layer = 1; layer <= 2; layer++) {
      x =
          g.scope("/fc" + layer + "/")
              .node(
                  "Gemm",
                  List.of(
                      x,
                      g.weight("fc" + layer + ".weight", 10, 128),
                      g.weight("fc" + layer + ".bias", 10)),
                  gemm());
      x = g.scope("/").node(layer == 1 ? "Relu" : "Dropout", List.of(x));
    }
    g.add("LogSoftmax", List.of(x), "/LogSoftmax", "y", number("axis", 1));
    return g.file("torch-jit-export", value("x", "batch", 1, 28, 28), value("y", "batch", 10));
  }

  /** Nodes and values that are called as the module is. */
  private static byte[] byPath() {
    ExportedGraph g = new ExportedGraph("onnx", "1.15.0", 9, 18);
    String x = "image";
    for (int block = 0; block < 2; block++) {
      String p = "stages." + block + ".blocks.0.";
      x =
          g.add(
              "Conv",
              List.of(x, g.weight(p + "conv.weight", 24, 24, 3, 3)),
              p + "conv",
              p + "conv",
              conv(3, 1, 1));
      x =
          g.add(
              "BatchNormalization",
              List.of(
                  x,
                  g.weight(p + "bn.weight", 24),
                  g.weight(p + "bn.bias", 24),
                  g.weight(p + "bn.running_mean", 24),
                  g.weight(p + "bn.running_var", 24)),
              p + "bn",
              p + "bn",
              real("epsilon", 1e-3f));
      x = g.add("Relu", List.of(x), p + "relu", p + "relu");
      x = g.add("LeakyRelu", List.of(x), p + "act", p + "act", real("alpha", 0.01f));
    }
    x = g.add("GlobalAveragePool", List.of(x), "pool", "pool");
    x = g.add("Squeeze", List.of(x), "squeeze", "squeeze", ints("axes", 2, 3));
    x =
        g.add(
            "Gemm",
            List.of(x, g.weight("head.weight", 10, 24), g.weight("head.bias", 10)),
            "head",
            "head",
            number("transB", 1));
    g.add("Softmax", List.of(x), "softmax", "probabilities", number("axis", -1));
    return g.file("graph", value("image", "batch", 3, 64, 64), value("probabilities", "batch", 10));
  }

  private static byte[] transformer() {
    ExportedGraph g = new ExportedGraph("pytorch", "2.4.1", 8, 17);
    String x =
        g.scope("/embeddings/word_embeddings/")
            .node(
                "Gather",
                List.of(g.weight("embeddings.word_embeddings.weight", 100, 64), "input_ids"));
    for (int layer = 0; layer < 2; layer++) {
      String path = "encoder.layer." + layer + ".attention.self.";
      String scope = "/encoder/layer." + layer + "/attention/self/";
      List<String> heads = new ArrayList<>();
      for (String role : List.of("query", "key", "value")) {
        String y =
            g.scope(scope + role + "/")
                .node(
                    "MatMul",
                    List.of(
                        x, g.weight("onnx::MatMul_" + (600 + 7 * layer + heads.size()), 64, 64)));
        y = g.node("Add", List.of(g.weight(path + role + ".bias", 64), y));
        y =
            g.scope(scope)
                .node("Reshape", List.of(y, g.longConstant(0, 0, 8, 8)), number("allowzero", 0));
        heads.add(g.node("Transpose", List.of(y), ints("perm", 0, 2, 1, 3)));
      }
      String a = g.node("MatMul", List.of(heads.get(0), heads.get(1)));
      a = g.node("Div", List.of(a, g.constant(scalar(8))));
      a = g.node("Where", List.of("attention_mask", a, g.constant(scalar(-Float.MAX_VALUE))));
      a = g.node("Softmax", List.of(a), number("axis", -1));
      a = g.node("MatMul", List.of(a, heads.get(2)));
      a = g.scope("/encoder/layer." + layer + "/attention/output/").node("Add", List.of(a, x));
      String norm = "encoder.layer." + layer + ".attention.output.LayerNorm";
      x =
          g.scope("/encoder/layer." + layer + "/attention/output/LayerNorm/")
              .node(
                  "LayerNormalization",
                  List.of(a, g.weight(norm + ".weight", 64), g.weight(norm + ".bias", 64)),
                  number("axis", -1),
                  real("epsilon", 1e-12f));
      String e = g.scope("/encoder/layer." + layer + "/intermediate/").node("Erf", List.of(x));
      e = g.node("Mul", List.of(e, g.constant(scalar(0.5f))));
      x = g.node("Tanh", List.of(e));
    }
    String s = g.scope("/").node("Shape", List.of(x));
    s = g.node("Split", List.of(s), number("axis", 0));
    s = g.node("Expand", List.of(s, g.node("Equal", List.of(s, s))));
    s = g.node("Pow", List.of(s, g.constant(scalar(2))));
    s = g.node("ReduceMean", List.of(s), ints("axes", -1), number("keepdims", 1));
    s = g.node("Sqrt", List.of(s));
    s = g.node("Exp", List.of(s));
    s = g.node("Range", List.of(s));
    s = g.node("QuantizeLinear", List.of(s));
    s = g.node("DequantizeLinear", List.of(s), number("axis", 0));
    s =
        g.node(
            "ConvTranspose", List.of(s, g.weight("decoder.up.weight", 2, 2, 2, 2)), conv(3, 2, 1));
    s = g.node("InstanceNormalization", List.of(s), real("epsilon", 1e-6f));
    s =
        g.node(
            "Resize",
            List.of(s, "", ""),
            text("coordinate_transformation_mode", "half_pixel"),
            text("mode", "linear"));
    s = g.node("PRelu", List.of(s));
    g.add("Gelu", List.of(s), "/Gelu", "last_hidden_state");
    return g.file(
        "main_graph",
        value("input_ids", "batch_size", 128),
        value("last_hidden_state", "sequence_length", 64));
  }

  /** Names and shapes of one checkpoint. */
  static List<TensorEntry> entries() {
    List<TensorEntry> entries = new ArrayList<>();
    add(entries, "embeddings.position_embeddings.weight", DType.F16, 128, 64);
    add(entries, "model.layers.0.self_attn.q_proj.weight", DType.BF16, 64, 64);
    add(entries, "model.layers.0.self_attn.k_proj.weight", DType.BF16, 64, 64);
    add(entries, "model.layers.0.self_attn.v_proj.weight", DType.BF16, 64, 64);
    add(entries, "model.layers.0.self_attn.o_proj.weight", DType.BF16, 64, 64);
    add(entries, "model.layers.0.mlp.gate_proj.weight", DType.BF16, 256, 64);
    add(entries, "model.layers.0.mlp.up_proj.weight", DType.BF16, 256, 64);
    add(entries, "model.layers.0.mlp.down_proj.weight", DType.BF16, 64, 256);
    add(entries, "model.layers.0.input_layernorm.weight", DType.BF16, 64);
    add(entries, "model.norm.weight", DType.BF16, 64);
    add(entries, "lm_head.weight", DType.BF16, 100, 64);
    add(entries, "features.0.weight", DType.F32, 32, 3, 3, 3);
    add(entries, "features.0.bias", DType.F32, 32);
    add(entries, "features.2.depthwise.weight", DType.F32, 32, 1, 3, 3);
    add(entries, "features.2.pointwise.weight", DType.F32, 64, 32, 1, 1);
    add(entries, "classifier.weight", DType.F32, 10, 64);
    add(entries, "classifier.bias", DType.F32, 10);
    add(entries, "conv1.weight", DType.F32, 16, 3, 3, 3);
    norm(entries, "bn1", 16);
    for (int stage = 1; stage <= 2; stage++) {
      for (int block = 0; block < 2; block++) {
        int width = 16 * stage;
        String path = "layer" + stage + "." + block;
        for (int k = 1; k <= 2; k++) {
          add(entries, path + ".conv" + k + ".weight", DType.F32, width, width, 3, 3);
          norm(entries, path + ".bn" + k, width);
        }
        if (stage == 2 && block == 0) {
          add(entries, path + ".downsample.0.weight", DType.F32, width, width / 2, 1, 1);
          norm(entries, path + ".downsample.1", width);
          entries.add(
              new TensorEntry(
                  path + ".downsample.1.num_batches_tracked",
                  DType.I64,
                  Shape.of(),
                  0,
                  0,
                  TensorLayout.ROW_MAJOR));
        }
      }
    }
    add(entries, "fc.weight", DType.F32, 10, 64);
    add(entries, "fc.bias", DType.F32, 10);
    add(entries, "linear.weight", DType.F32, 10, 64);
    add(entries, "linear.bias", DType.F32, 10);
    return entries;
  }

  private static void norm(List<TensorEntry> entries, String path, int width) {
    for (String leaf : List.of("weight", "bias", "running_mean", "running_var")) {
      add(entries, path + "." + leaf, DType.F32, width);
    }
  }

  private static void add(List<TensorEntry> entries, String name, DType dtype, long... dims) {
    entries.add(new TensorEntry(name, dtype, Shape.of(dims), 0, 0, TensorLayout.ROW_MAJOR));
  }
}
