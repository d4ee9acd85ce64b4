package org.zoopress.autograd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.zoopress.network.Network;
import org.zoopress.network.NetworkReader;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.LocalModelFolder;
import org.zoopress.zoo.ReaderLimits;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorReader;

/**
 * A network of a file with its weights.
 *
 * @param weights elements by name
 */
record StoredNetwork(Path file, Network network, Map<String, float[]> weights) {

  static StoredNetwork read(Path file) throws IOException {
    LocalModelFolder folder = new LocalModelFolder(file.getParent());
    String name = file.getFileName().toString();
    Network network = NetworkReader.read(folder, name, ReaderLimits.DEFAULT);
    Map<String, float[]> weights = new LinkedHashMap<>();
    try (ByteSource source = folder.open(name)) {
      for (TensorEntry entry : network.weights().values()) {
        byte[] bytes = TensorReader.read(source, entry, 0, entry.shape().rows());
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        weights.put(entry.name(), values);
      }
    }
    return new StoredNetwork(file, network, weights);
  }

  TorchNetwork open() {
    return TorchNetwork.of(network, weights);
  }

  String input() {
    return network.inputs().get(0).name();
  }

  String output() {
    return network.outputs().get(0);
  }

  long[] inputDims(int batch) {
    return network.inputs().get(0).dims().stream().mapToLong(n -> n < 0 ? batch : n).toArray();
  }

  /** Standard normal input. */
  float[] randomInput(int batch, long seed) {
    Random random = new Random(seed);
    long count = LongStream.of(inputDims(batch)).reduce(1, (a, b) -> a * b);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Override
  public String toString() {
    return file.getFileName() + " " + Arrays.toString(inputDims(-1));
  }
}
