package org.zoopress.zoo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds ONNX files the way PyTorch's exporter names and orders things. */
final class ExportedGraph {
  private final List<Proto> nodes = new ArrayList<>();
  private final List<Proto> initializers = new ArrayList<>();
  private final Map<String, Integer> counters = new HashMap<>();
  private final String producer;
  private final String version;
  private final int irVersion;
  private final int operatorSet;
  private String scope = "/";

  ExportedGraph(String producer, String version, int irVersion, int operatorSet) {
    this.producer = producer;
    this.version = version;
    this.irVersion = irVersion;
    this.operatorSet = operatorSet;
  }

  /** Attributes with their types: ints, int, float, text, tensor. */
  static Proto ints(String name, long... values) {
    Proto attribute = new Proto().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  static Proto number(String name, long value) {
    return new Proto().text(1, name).number(3, value).number(20, 2);
  }

  static Proto real(String name, float value) {
    return new Proto().text(1, name).fixed32(2, value).number(20, 1);
  }

  static Proto text(String name, String value) {
    return new Proto().text(1, name).text(4, value).number(20, 3);
  }

  static Proto tensor(String name, Proto tensor) {
    return new Proto().text(1, name).message(5, tensor).number(20, 4);
  }

  static Proto longs(long[] dims, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    Proto tensor = new Proto();
    for (long n : dims) {
      tensor.number(1, n);
    }
    return tensor.number(2, 7).bytes(9, raw.array());
  }

  static Proto scalar(float value) {
    return new Proto()
        .number(2, 1)
        .bytes(9, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
  }

  ExportedGraph scope(String scope) {
    this.scope = scope;
    return this;
  }

  /** Adds a weight and returns its name. */
  String weight(String name, long... dims) {
    long elements = 1;
    for (long n : dims) {
      elements *= n;
    }
    initializers.add(Proto.tensor(name, 1, dims).bytes(9, new byte[(int) (4 * elements)]));
    return name;
  }

  /** Adds a node of the current scope and returns the name of its output. */
  String node(String operator, List<String> inputs, Proto... attributes) {
    int seen = counters.merge(scope + operator, 1, Integer::sum) - 1;
    String name = scope + operator + (seen == 0 ? "" : "_" + seen);
    return add(operator, inputs, name, name + "_output_0", attributes);
  }

  /** Adds a node of any name. */
  String add(
      String operator, List<String> inputs, String name, String output, Proto... attributes) {
    Proto node = new Proto();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, name).text(4, operator);
    for (Proto attribute : attributes) {
      node.message(5, attribute);
    }
    nodes.add(node);
    return output;
  }

  String constant(Proto value) {
    return node("Constant", List.of(), tensor("value", value));
  }

  String longConstant(long... values) {
    return constant(longs(new long[] {values.length}, values));
  }

  static Proto value(String name, String batch, long... dims) {
    Proto shape = new Proto().message(1, new Proto().text(2, batch));
    for (long n : dims) {
      shape.message(1, new Proto().number(1, n));
    }
    Proto type = new Proto().number(1, 1).message(2, shape);
    return new Proto().text(1, name).message(2, new Proto().message(1, type));
  }

  byte[] file(String graphName, Proto input, Proto output) {
    Proto graph = new Proto();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, graphName);
    initializers.forEach(initializer -> graph.message(5, initializer));
    graph.message(11, input).message(12, output);
    return new Proto()
        .number(1, irVersion)
        .text(2, producer)
        .text(3, version)
        .message(7, graph)
        .message(8, new Proto().text(1, "").number(2, operatorSet))
        .toByteArray();
  }
}
