package org.zoopress.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelWriter;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;

/** Makes small models and settings for tests. */
final class TestZoo {
  private TestZoo() {}

  /** A small convolutional network: two convolutions, a norm, a classifier; Gaussian weights. */
  static Map<String, float[]> network(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("conv1.weight:16,3,3,3", gaussian(random, 432, 0.2));
    tensors.put("bn1.weight:16", gaussian(random, 16, 1));
    tensors.put("conv2.weight:32,16,3,3", gaussian(random, 4608, 0.05));
    tensors.put("conv3.weight:32,32,3,3", gaussian(random, 9216, 0.02));
    tensors.put("fc.weight:40,32", gaussian(random, 1280, 0.1));
    tensors.put("fc.bias:40", gaussian(random, 40, 0.1));
    return tensors;
  }

  static float[] gaussian(SplittableRandom random, int count, double std) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return values;
  }

  /** Writes tensors, whose keys are {@code name:n1,n2,…}, as float32 safetensors. */
  static void safetensors(Path file, Map<String, float[]> tensors) throws IOException {
    Files.createDirectories(file.getParent());
    List<TensorEntry> entries = new ArrayList<>();
    Map<String, byte[]> data = new LinkedHashMap<>();
    tensors.forEach(
        (key, values) -> {
          String[] parts = key.split(":", 2);
          String[] sizes = parts[1].split(",", -1);
          long[] dims = new long[sizes.length];
          for (int k = 0; k < dims.length; k++) {
            dims[k] = Long.parseLong(sizes[k]);
          }
          entries.add(
              new TensorEntry(parts[0], DType.F32, Shape.of(dims), 0, 0, TensorLayout.ROW_MAJOR));
          data.put(parts[0], DType.F32.fromFloats(values));
        });
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelWriter.writeSafetensors(
          entries,
          Map.of("made-by", "a test"),
          (tensor, target) -> target.write(data.get(tensor.name())),
          out);
    }
  }

  /** Settings from {@code key, value, key, value, …}. */
  static Settings settings(String... keysAndValues) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      pairs.add(keysAndValues[i] + "=" + keysAndValues[i + 1]);
    }
    return Settings.of(SettingsSource.ofAssignments(pairs));
  }
}
