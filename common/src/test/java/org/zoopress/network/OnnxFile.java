package org.zoopress.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.zoopress.evaluate.ProtobufMessage;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ReaderLimits;

/** Writes ONNX files for tests, part by part. */
final class OnnxFile {
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int BOOL = 9;

  private final ProtobufMessage graph = new ProtobufMessage();
  private int opset = 18;

  OnnxFile opset(int version) {
    opset = version;
    return this;
  }

  OnnxFile input(String name, int type, long... dims) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long n : dims) {
      ProtobufMessage dim = new ProtobufMessage();
      shape.message(1, n < 0 ? dim.text(2, "N") : dim.number(1, n));
    }
    ProtobufMessage tensor = new ProtobufMessage().number(1, type).message(2, shape);
    graph.message(
        11,
        new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor)));
    return this;
  }

  OnnxFile output(String name) {
    graph.message(12, new ProtobufMessage().text(1, name));
    return this;
  }

  /** A weight of zeros, or of what is given. */
  OnnxFile weight(String name, long... dims) {
    long elements = 1;
    for (long n : dims) {
      elements *= n;
    }
    graph.message(5, tensor(name, FLOAT, new byte[(int) (4 * elements)], dims));
    return this;
  }

  OnnxFile floats(String name, long[] dims, float... values) {
    graph.message(5, floatTensor(name, dims, values));
    return this;
  }

  /** One mode. */
  OnnxFile integers(String name, long... values) {
    graph.message(5, integerTensor(name, new long[] {values.length}, values));
    return this;
  }

  OnnxFile scalar(String name, long value) {
    graph.message(5, integerTensor(name, new long[0], value));
    return this;
  }

  /** Any initializer. */
  OnnxFile initializer(ProtobufMessage tensor) {
    graph.message(5, tensor);
    return this;
  }

  static ProtobufMessage floatTensor(String name, long[] dims, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor(name, FLOAT, raw.array(), dims);
  }

  static ProtobufMessage integerTensor(String name, long[] dims, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return tensor(name, INT64, raw.array(), dims);
  }

  static ProtobufMessage tensor(String name, int type, byte[] raw, long... dims) {
    ProtobufMessage tensor = new ProtobufMessage();
    for (long n : dims) {
      tensor.number(1, n);
    }
    return tensor.number(2, type).text(8, name).bytes(9, raw);
  }

  OnnxFile node(Node node) {
    graph.message(1, node.message);
    return this;
  }

  /** A node without attributes. */
  OnnxFile node(String operator, String output, String... inputs) {
    return node(new Node(operator, output, inputs));
  }

  byte[] bytes() {
    return new ProtobufMessage()
        .number(1, 8)
        .message(7, graph)
        .message(8, new ProtobufMessage().text(1, "").number(2, opset))
        .bytes();
  }

  /** Writes {@code net.onnx} and reads it back. */
  Network read(Path folder) throws IOException {
    Files.write(folder.resolve("net.onnx"), bytes());
    return NetworkReader.read(new LocalModelFolder(folder), "net.onnx", ReaderLimits.DEFAULT);
  }

  /** A node. */
  static final class Node {
    private final ProtobufMessage message = new ProtobufMessage();

    Node(String operator, String output, String... inputs) {
      for (String input : inputs) {
        message.text(1, input);
      }
      message.text(2, output).text(3, "the" + operator).text(4, operator);
    }

    /** Another output. */
    Node output(String name) {
      message.text(2, name);
      return this;
    }

    Node number(String name, long value) {
      return attribute(name, new ProtobufMessage().number(3, value), 2);
    }

    Node numbers(String name, long... values) {
      ProtobufMessage attribute = new ProtobufMessage();
      for (long value : values) {
        attribute.number(8, value);
      }
      return attribute(name, attribute, 7);
    }

    Node real(String name, float value) {
      ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
      return attribute(name, new ProtobufMessage().bytes(7, raw.array()), 6);
    }

    Node text(String name, String value) {
      return attribute(name, new ProtobufMessage().text(4, value), 3);
    }

    Node tensor(String name, ProtobufMessage value) {
      return attribute(name, new ProtobufMessage().message(5, value), 4);
    }

    Node graph(String name, OnnxFile value) {
      return attribute(name, new ProtobufMessage().message(6, value.graph), 5);
    }

    private Node attribute(String name, ProtobufMessage value, int type) {
      byte[] rest = value.bytes();
      ProtobufMessage attribute = new ProtobufMessage().text(1, name).number(20, type);
      message.bytes(5, concat(attribute.bytes(), rest));
      return this;
    }

    private static byte[] concat(byte[] a, byte[] b) {
      return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
  }
}
