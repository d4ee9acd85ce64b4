package org.zoopress.network;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.tensor.Shape;

/** One operation in ONNX Runtime, as the reference for shapes and for folded values. */
final class OnnxReference {
  private OnnxReference() {}

  /**
   * Runs one node.
   *
   * @param node that reads a, b, c, … and gives y
   * @param inputs of it; empty for one that is left out
   * @param opset version of the operators
   * @return empty if ONNX Runtime refuses it
   */
  static Optional<Constant> run(OnnxFile.Node node, List<Optional<Constant>> inputs, int opset) {
    OnnxFile file = new OnnxFile().opset(opset).node(node).output("y");
    Map<String, Constant> given = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).isPresent()) {
        given.put(name(i), inputs.get(i).get());
      }
    }
    given.forEach((name, value) -> file.input(name, type(value), value.shape().dims()));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession session = environment.createSession(file.bytes(), options)) {
        return Optional.of(run(environment, session, given));
      }
    } catch (OrtException e) {
      return Optional.empty();
    }
  }

  private static Constant run(
      OrtEnvironment environment, OrtSession session, Map<String, Constant> given)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<OnnxTensor> open = new ArrayList<>();
    try {
      for (Map.Entry<String, Constant> input : given.entrySet()) {
        OnnxTensor tensor = tensor(environment, input.getValue());
        open.add(tensor);
        tensors.put(input.getKey(), tensor);
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return value((OnnxTensor) result.get(0));
      }
    } finally {
      open.forEach(OnnxTensor::close);
    }
  }

  private static Constant value(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    Shape shape = Shape.of(info.getShape());
    return switch (info.type) {
      case FLOAT -> {
        float[] values = new float[(int) shape.elements()];
        tensor.getFloatBuffer().get(values);
        yield Constant.ofFloats(shape, values);
      }
      case INT64 -> {
        long[] values = new long[(int) shape.elements()];
        tensor.getLongBuffer().get(values);
        yield Constant.ofIntegers(shape, values);
      }
      case INT32 -> {
        long[] values = new long[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getIntBuffer().get(i);
        }
        yield Constant.ofIntegers(shape, values);
      }
      default -> {
        long[] values = new long[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getByteBuffer().get(i);
        }
        yield Constant.ofIntegers(shape, values);
      }
    };
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Constant value) throws OrtException {
    return value.floats().length > 0
        ? OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(value.floats()), value.shape().dims())
        : OnnxTensor.createTensor(
            environment, LongBuffer.wrap(value.integers()), value.shape().dims());
  }

  private static int type(Constant value) {
    return value.floats().length > 0 ? OnnxFile.FLOAT : OnnxFile.INT64;
  }

  /** Name of an input by its position. */
  static String name(int position) {
    return String.valueOf((char) ('a' + position));
  }
}
