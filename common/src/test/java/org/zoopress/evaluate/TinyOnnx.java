package org.zoopress.evaluate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes ONNX files of a few nodes for tests, in protobuf's wire format: a key (field number × 8 +
 * wire type) before each value, numbers as base-128 varints, messages and arrays with their length.
 */
final class TinyOnnx {
  static final int FLOAT = 1;
  static final int DOUBLE = 11;
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

  TinyOnnx input(String name, int type, long... shape) {
    graph.message(11, valueInfo(name, type, shape));
    return this;
  }

  TinyOnnx output(String name, int type) {
    graph.message(12, valueInfo(name, type, null));
    return this;
  }

  TinyOnnx node(String op, String output, String... inputs) {
    ProtobufMessage node = new ProtobufMessage();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(4, op);
    graph.message(1, node);
    return this;
  }

  TinyOnnx initializer(String name, float[] values, long... shape) {
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

  byte[] bytes() {
    graph.text(2, "tiny");
    ProtobufMessage opset = new ProtobufMessage().text(1, "").number(2, 13);
    return new ProtobufMessage().number(1, 8).message(7, graph).message(8, opset).bytes();
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
