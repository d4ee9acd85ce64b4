package org.zoopress.autograd;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.zoopress.evaluate.ProtobufMessage;
import org.zoopress.evaluate.TinyOnnx;
import org.zoopress.network.Attributes;
import org.zoopress.network.Constant;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkNode;
import org.zoopress.tensor.Shape;

/** One operation with its operands, as an ONNX file and as a network; the output is "y". */
final class SingleOperation {
  /**
   * A tensor that is fed.
   *
   * @param values row-major
   */
  record Operand(long[] dims, float[] values) {}

  private final String operator;
  private final Random random;
  private int opset = 13;
  private final List<ProtobufMessage> attributes = new ArrayList<>();
  private final Map<String, List<Long>> integers = new LinkedHashMap<>();
  private final Map<String, List<Float>> reals = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final List<String> inputs = new ArrayList<>();
  private final Map<String, Operand> fed = new LinkedHashMap<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();

  SingleOperation(String operator) {
    this.operator = operator;
    this.random = new Random(operator.hashCode());
  }

  SingleOperation opset(int version) {
    opset = version;
    return this;
  }

  SingleOperation integer(String name, long value) {
    attributes.add(TinyOnnx.integer(name, value));
    integers.put(name, List.of(value));
    return this;
  }

  SingleOperation integers(String name, long... values) {
    attributes.add(TinyOnnx.integers(name, values));
    integers.put(name, Arrays.stream(values).boxed().toList());
    return this;
  }

  SingleOperation real(String name, float value) {
    attributes.add(TinyOnnx.real(name, value));
    reals.put(name, List.of(value));
    return this;
  }

  SingleOperation text(String name, String value) {
    attributes.add(TinyOnnx.text(name, value));
    texts.put(name, value);
    return this;
  }

  /** The next input, of standard normal elements that are no closer than 0.01 to each other. */
  SingleOperation normal(long... dims) {
    return operand(0, dims);
  }

  /** The next input, of elements of at least 0.5. */
  SingleOperation positive(long... dims) {
    return operand(0.5f, dims);
  }

  private SingleOperation operand(float least, long... dims) {
    float[] values = new float[Math.toIntExact(Shape.of(dims).elements())];
    for (int i = 0; i < values.length; i++) {
      float value = (float) random.nextGaussian();
      // Kinks lie at round numbers and where two elements are equal: all keep away from them.
      values[i] =
          Math.round(20 * (least > 0 ? least + Math.abs(value) : value)) / 20f
              + 0.02f * (i + 1) / values.length
              + 0.002f;
    }
    String name = "x" + inputs.size();
    fed.put(name, new Operand(dims, values));
    inputs.add(name);
    return this;
  }

  /** The next input, a constant vector. */
  SingleOperation constant(long... values) {
    return constant(Constant.ofIntegers(Shape.of(values.length), values));
  }

  /** The next input, a constant number. */
  SingleOperation number(float value) {
    return constant(Constant.ofFloats(Shape.of(), value));
  }

  private SingleOperation constant(Constant constant) {
    String name = "c" + inputs.size();
    constants.put(name, constant);
    inputs.add(name);
    return this;
  }

  SingleOperation leftOut() {
    inputs.add("");
    return this;
  }

  Map<String, Operand> fed() {
    return fed;
  }

  Network network() {
    NetworkNode node =
        new NetworkNode(
            0, "", operator, inputs, List.of("y"), new Attributes(integers, reals, texts));
    List<Network.Input> graphInputs =
        fed.entrySet().stream()
            .map(
                e ->
                    new Network.Input(
                        e.getKey(), Arrays.stream(e.getValue().dims()).boxed().toList()))
            .toList();
    return new Network("tiny.onnx", List.of(node), graphInputs, List.of("y"), Map.of(), constants);
  }

  /** What ONNX Runtime computes. */
  Operand expected() throws OrtException {
    TinyOnnx onnx = new TinyOnnx();
    fed.forEach((name, operand) -> onnx.input(name, TinyOnnx.FLOAT, operand.dims()));
    constants.forEach(
        (name, c) -> {
          if (c.isFloat()) {
            onnx.initializer(name, c.floats(), c.shape().dims());
          } else {
            onnx.initializer(name, c.integers());
          }
        });
    onnx.node(operator, "y", inputs, attributes).output("y", TinyOnnx.FLOAT);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(onnx.bytes(opset), options)) {
      for (Map.Entry<String, Operand> e : fed.entrySet()) {
        tensors.put(
            e.getKey(),
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(e.getValue().values()), e.getValue().dims()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        OnnxTensor y = (OnnxTensor) result.get(0);
        FloatBuffer buffer = y.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return new Operand(y.getInfo().getShape(), values);
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }
}
