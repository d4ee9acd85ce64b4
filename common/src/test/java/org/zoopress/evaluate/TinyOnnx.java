package org.zoopress.evaluate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes ONNX files of a few nodes for tests, in protobuf's wire format: a key (field number × 8 +
 * wire type) before each value, numbers as base-128 varints, messages and arrays with their length.
 */
public final class TinyOnnx {
  public static final int FLOAT = 1;
  static final int DOUBLE = 11;
  private static final int INT64 = 7;
  static final long FREE = -1;

  private final ProtobufMessage graph = new ProtobufMessage();

  /** Flatten, then x · W: logits of a linear classifier. W is (elements, classes), row-major. */
  static byte[] linear(long[] inputShape, int elements, float[] weights, String... lastNodes) {
    TinyOnnx onnx = new TinyOnnx();
    onnx.input("images", FLOAT, inputShape);
    onnx.initializer("W", weights, elements, weights.length / elements);
    onnx.node("Flatten", "flat", "images");
    String last = "scores";
    onnx.node("MatMul", last, "flat", "W");
    for (String op : lastNodes) {
      onnx.node(op, last + op, last);
      last += op;
    }
    onnx.output(last, FLOAT);
    return onnx.bytes();
  }

  /** A graph input. */
  public TinyOnnx input(String name, int type, long... shape) {
    graph.message(11, valueInfo(name, type, shape));
    return this;
  }

  /** A graph output of any shape. */
  public TinyOnnx output(String name, int type) {
    graph.message(12, valueInfo(name, type, null));
    return this;
  }

  /** A node without attributes. */
  public TinyOnnx node(String op, String output, String... inputs) {
    return node(op, output, List.of(inputs), List.of());
  }

  /** A node; the attributes come from {@link #integer} and its like. */
  public TinyOnnx node(
      String op, String output, List<String> inputs, List<ProtobufMessage> attributes) {
    ProtobufMessage node = new ProtobufMessage();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(4, op);
    attributes.forEach(attribute -> node.message(5, attribute));
    graph.message(1, node);
    return this;
  }

  /** An attribute of one whole number. */
  public static ProtobufMessage integer(String name, long value) {
    return new ProtobufMessage().text(1, name).number(3, value).number(20, 2);
  }

  /** An attribute of a list of whole numbers. */
  public static ProtobufMessage integers(String name, long... values) {
    ProtobufMessage attribute = new ProtobufMessage().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /** An attribute of one real number. */
  public static ProtobufMessage real(String name, float value) {
    return new ProtobufMessage().text(1, name).real(2, value).number(20, 1);
  }

  /** An attribute that is a text. */
  public static ProtobufMessage text(String name, String value) {
    return new ProtobufMessage().text(1, name).text(4, value).number(20, 3);
  }

  /** A vector of whole numbers. */
  public TinyOnnx initializer(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    graph.message(
        5,
        new ProtobufMessage()
            .number(1, values.length)
            .number(2, INT64)
            .text(8, name)
            .bytes(9, raw.array()));
    return this;
  }

  /** A tensor of real numbers. */
  public TinyOnnx initializer(String name, float[] values, long... shape) {
    ProtobufMessage tensor = new ProtobufMessage();
    for (long n : shape) {
      tensor.number(1, n);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
    graph.message(5, tensor);
    return this;
  }

  /** The file, of opset 13. */
  public byte[] bytes() {
    return bytes(13);
  }

  /** The file. */
  public byte[] bytes(int opset) {
    graph.text(2, "tiny");
    ProtobufMessage operators = new ProtobufMessage().text(1, "").number(2, opset);
    return new ProtobufMessage().number(1, 8).message(7, graph).message(8, operators).bytes();
  }

  private static ProtobufMessage valueInfo(String name, int type, long[] shape) {
    ProtobufMessage tensor = new ProtobufMessage().number(1, type);
    if (shape != null) {
      ProtobufMessage dims = new ProtobufMessage();
      for (long n : shape) {
        dims.message(
            1, n == FREE ? new ProtobufMessage().text(2, "N") : new ProtobufMessage().number(1, n));
      }
      tensor.message(2, dims);
    }
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
