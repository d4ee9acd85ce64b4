package org.zoopress.datasets.export;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.datasets.glyph.GlyphGenerator;
import org.zoopress.datasets.network.Layer;
import org.zoopress.datasets.network.NamedTensor;
import org.zoopress.datasets.network.Network;
import org.zoopress.datasets.network.Parameter;

/**
 * A trained network as an ONNX model of operator set {@value #OPSET}: one node a layer, batch
 * normalisation kept as nodes, every parameter an initializer under its own name, batch dimension
 * free. Input {@value Network#INPUT} (batch, 1, 28, 28) in [0, 1], output {@value #OUTPUT} (batch,
 * 10).
 *
 * <p>The field numbers are those of {@code onnx.proto3}; each message is built by one method.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX, Open Neural Network
 *     Exchange IR</a>
 */
public final class OnnxWriter {
  /** Name of the logits. */
  public static final String OUTPUT = "logits";

  /** Version of the default operator set. */
  public static final int OPSET = 13;

  /** The IR version that came with operator set 13. */
  private static final int IR_VERSION = 7;

  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private OnnxWriter() {}

  /**
   * The whole file.
   *
   * @param name of the graph
   * @param weights one for each parameter of the network, in its order
   */
  public static byte[] encode(String name, Network network, List<NamedTensor> weights) {
    ProtobufWriter operatorSet = new ProtobufWriter().string(1, "").integer(2, OPSET);
    return new ProtobufWriter()
        .integer(1, IR_VERSION)
        .string(2, "zoopress")
        .message(7, graph(name, network, weights))
        .message(8, operatorSet)
        .toByteArray();
  }

  private static ProtobufWriter graph(String name, Network network, List<NamedTensor> weights) {
    ProtobufWriter graph = new ProtobufWriter();
    List<Layer> layers = network.layers();
    String last = layers.get(layers.size() - 1).name();
    for (Layer layer : layers) {
      graph.message(1, node(layer, last));
    }
    graph.string(2, name);
    weights.forEach(weight -> graph.message(5, initializer(weight)));
    graph.message(11, value(Network.INPUT, 1, GlyphGenerator.SIDE, GlyphGenerator.SIDE));
    graph.message(12, value(OUTPUT, GlyphGenerator.CLASSES));
    return graph;
  }

  private static ProtobufWriter node(Layer layer, String last) {
    ProtobufWriter node = new ProtobufWriter();
    for (String input : layer.inputs()) {
      node.string(1, input);
    }
    for (Parameter parameter : layer.parameters()) {
      node.string(1, parameter.name());
    }
    node.string(2, layer.name().equals(last) ? OUTPUT : layer.name());
    node.string(3, layer.name());
    node.string(4, operator(layer));
    attributes(layer).forEach(attribute -> node.message(5, attribute));
    return node;
  }

  private static String operator(Layer layer) {
    if (layer instanceof Layer.Convolution) {
      return "Conv";
    } else if (layer instanceof Layer.BatchNormalization) {
      return "BatchNormalization";
    } else if (layer instanceof Layer.Relu) {
      return "Relu";
    } else if (layer instanceof Layer.Add) {
      return "Add";
    } else if (layer instanceof Layer.MaxPooling) {
      return "MaxPool";
    } else if (layer instanceof Layer.GlobalAveragePooling) {
      return "GlobalAveragePool";
    } else if (layer instanceof Layer.Flatten) {
      return "Flatten";
    } else if (layer instanceof Layer.Linear) {
      return "Gemm";
    }
    throw new IllegalStateException("no operator for " + layer);
  }

  private static List<ProtobufWriter> attributes(Layer layer) {
    List<ProtobufWriter> attributes = new ArrayList<>();
    if (layer instanceof Layer.Convolution c) {
      int padding = c.kernel() / 2;
      attributes.add(integers("dilations", 1, 1));
      attributes.add(integer("group", c.groups()));
      attributes.add(integers("kernel_shape", c.kernel(), c.kernel()));
      attributes.add(integers("pads", padding, padding, padding, padding));
      attributes.add(integers("strides", c.stride(), c.stride()));
    } else if (layer instanceof Layer.BatchNormalization) {
      attributes.add(
          attribute("epsilon", ATTRIBUTE_FLOAT, new ProtobufWriter().float32(2, Network.EPSILON)));
    } else if (layer instanceof Layer.MaxPooling) {
      attributes.add(integers("kernel_shape", 2, 2));
      attributes.add(integers("strides", 2, 2));
    } else if (layer instanceof Layer.Flatten) {
      attributes.add(integer("axis", 1));
    } else if (layer instanceof Layer.Linear) {
      attributes.add(integer("transB", 1));
    }
    return attributes;
  }

  private static ProtobufWriter integer(String name, long value) {
    return attribute(name, ATTRIBUTE_INT, new ProtobufWriter().integer(3, value));
  }

  private static ProtobufWriter integers(String name, long... values) {
    ProtobufWriter content = new ProtobufWriter();
    for (long value : values) {
      content.integer(8, value);
    }
    return attribute(name, ATTRIBUTE_INTS, content);
  }

  private static ProtobufWriter attribute(String name, int type, ProtobufWriter content) {
    return new ProtobufWriter().string(1, name).append(content).integer(20, type);
  }

  private static ProtobufWriter initializer(NamedTensor tensor) {
    ProtobufWriter message = new ProtobufWriter();
    for (long size : tensor.shape().dims()) {
      message.integer(1, size);
    }
    return message
        .integer(2, FLOAT)
        .string(8, tensor.name())
        .bytes(9, LittleEndian.bytes(tensor.values()));
  }

  /** A float tensor whose first dimension, the batch, is free. */
  private static ProtobufWriter value(String name, int... sizesAfterBatch) {
    ProtobufWriter shape = new ProtobufWriter();
    shape.message(1, new ProtobufWriter().string(2, "batch"));
    for (int size : sizesAfterBatch) {
      shape.message(1, new ProtobufWriter().integer(1, size));
    }
    ProtobufWriter tensorType = new ProtobufWriter().integer(1, FLOAT).message(2, shape);
    return new ProtobufWriter()
        .string(1, name)
        .message(2, new ProtobufWriter().message(1, tensorType));
  }
}
