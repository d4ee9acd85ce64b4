package org.zoopress.evaluate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes ONNX files of a few nodes for tests, in protobuf's wire format: a key (field number × 8 +
 * wire type) before each value, numbers as base-128 varints, messages and arrays with their length.
 */
final class TinyOnnx {
  static final int FLOAT = 1;
  static final int DOUBLE = 11;
  static final long FREE = -1;

  private final Message graph = new Message();

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
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(4, op);
    graph.message(1, node);
    return this;
  }

  TinyOnnx initializer(String name, float[] values, long... shape) {
    Message tensor = new Message();
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
    Message opset = new Message().text(1, "").number(2, 13);
    return new Message().number(1, 8).message(7, graph).message(8, opset).out.toByteArray();
  }

  private static Message valueInfo(String name, int type, long[] shape) {
    Message tensor = new Message().number(1, type);
    if (shape != null) {
      Message dims = new Message();
      for (long n : shape) {
        dims.message(1, n == FREE ? new Message().text(2, "N") : new Message().number(1, n));
      }
      tensor.message(2, dims);
    }
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

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
      for (; (value & ~0x7FL) != 0; value >>>= 7) {
        out.write((int) (value & 0x7F | 0x80));
      }
      out.write((int) value);
    }
  }
}
