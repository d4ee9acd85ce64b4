package org.zoopress.method.dictionarypair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.zoopress.coding.ByteWriter;
import org.zoopress.method.Factors;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.tensor.WeightPartition;

/** Weights for tests, and the measures by which they are judged. */
final class Weights {
  private Weights() {}

  static WeightPartition gaussian(Shape shape, double deviation, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return of(shape, values);
  }

  static WeightPartition of(Shape shape, float[] values) {
    return new WeightPartition("00", 0, DType.F32, shape, DType.F32.fromFloats(values));
  }

  /** The 3×3 convolutions of the data pack's ResNet-20; skips the test where it is absent. */
  static List<WeightPartition> resNet20() throws IOException {
    Path file =
        Path.of(
            System.getProperty("zoopress.test.data", "data"),
            "cifar10_resnet",
            "resnet20.safetensors");
    Assumptions.assumeTrue(Files.exists(file), "no ResNet-20 in zoopress.test.data");
    byte[] bytes = Files.readAllBytes(file);
    int headerLength = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, headerLength, StandardCharsets.UTF_8);
    Matcher tensor = Pattern.compile("\"(layer[^\"]*conv[^\"]*)\":\\{([^}]*)\\}").matcher(header);
    List<WeightPartition> convolutions = new ArrayList<>();
    while (tensor.find()) {
      long[] shape = numbers(tensor.group(2), "shape");
      long[] range = numbers(tensor.group(2), "data_offsets");
      int start = 8 + headerLength + (int) range[0];
      byte[] data = Arrays.copyOfRange(bytes, start, start + (int) (range[1] - range[0]));
      convolutions.add(new WeightPartition(tensor.group(1), 0, DType.F32, Shape.of(shape), data));
    }
    return convolutions;
  }

  private static long[] numbers(String json, String key) {
    Matcher list = Pattern.compile("\"" + key + "\":\\s*\\[([^\\]]*)\\]").matcher(json);
    if (!list.find()) {
      throw new IllegalStateException("no " + key + " in " + json);
    }
    return Arrays.stream(list.group(1).split(","))
        .map(String::trim)
        .mapToLong(Long::parseLong)
        .toArray();
  }

  /** ‖W − Ŵ‖² of one member. */
  static double squaredError(WeightPartition weights, Factors factors, int member) {
    float[] original = weights.values();
    float[] restored = weights.dtype().toFloats(factors.restore(member, weights.dtype()));
    double sum = 0;
    for (int i = 0; i < original.length; i++) {
      double difference = (double) original[i] - restored[i];
      sum += difference * difference;
    }
    return sum;
  }

  /** ‖W‖². */
  static double squaredNorm(WeightPartition weights) {
    double sum = 0;
    for (float v : weights.values()) {
      sum += (double) v * v;
    }
    return sum;
  }

  /** ‖W − Ŵ‖²/‖W‖². */
  static double relativeError(WeightPartition weights, Factors factors) {
    return squaredError(weights, factors, 0) / squaredNorm(weights);
  }

  static int storedBytes(Factors factors) {
    ByteWriter out = new ByteWriter();
    factors.write(out);
    return out.size();
  }
}
