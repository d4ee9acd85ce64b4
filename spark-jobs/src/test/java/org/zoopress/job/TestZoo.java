package org.zoopress.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.zoopress.config.Settings;
import org.zoopress.config.SettingsSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelWriter;
import org.zoopress.zoo.TensorEntry;
import org.zoopress.zoo.TensorLayout;

/** Makes small models and settings for tests. */
public final class TestZoo {
  private TestZoo() {}

  /** A small convolutional network: two convolutions, a norm, a classifier; Gaussian weights. */
  public static Map<String, float[]> network(long seed) {
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

  public static float[] gaussian(SplittableRandom random, int count, double std) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return values;
  }

  /** Writes tensors, whose keys are {@code name:n1,n2,…}, as float32 safetensors. */
  public static void safetensors(Path file, Map<String, float[]> tensors) throws IOException {
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

  /**
   * Settings from {@code key, value, key, value, …}; weights alone by scalar quantization unless
   * methods are named, since compressing networks takes its time.
   */
  public static Settings settings(String... keysAndValues) {
    List<String> pairs = new ArrayList<>();
    if (!List.of(keysAndValues).contains("methods")) {
      pairs.add("methods=scalar");
    }
    for (int i = 0; i < keysAndValues.length; i += 2) {
      pairs.add(keysAndValues[i] + "=" + keysAndValues[i + 1]);
    }
    return Settings.of(SettingsSource.ofAssignments(pairs));
  }

  /**
   * Writes the tensors as a PyTorch checkpoint in a zip, the state dict itself, one storage each.
   *
   * @param tensors keys are {@code name:n1,n2,…}
   */
  public static void checkpoint(Path file, Map<String, float[]> tensors) throws IOException {
    Files.createDirectories(file.getParent());
    Map<String, byte[]> records = new LinkedHashMap<>();
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}', '('});
    int storage = 0;
    for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
      String[] parts = tensor.getKey().split(":", 2);
      String[] dims = parts[1].split(",", -1);
      pickleText(pickle, parts[0]);
      pickleGlobal(pickle, "torch._utils", "_rebuild_tensor_v2");
      pickle.write('(');
      pickle.write('(');
      pickleText(pickle, "storage");
      pickleGlobal(pickle, "torch", "FloatStorage");
      pickleText(pickle, Integer.toString(storage));
      pickleText(pickle, "cpu");
      pickleInt(pickle, tensor.getValue().length);
      pickle.writeBytes(new byte[] {'t', 'Q'});
      pickleInt(pickle, 0);
      pickle.write('(');
      for (String n : dims) {
        pickleInt(pickle, Integer.parseInt(n));
      }
      pickle.writeBytes(new byte[] {'t', '('});
      int stride = tensor.getValue().length;
      for (String n : dims) {
        stride /= Integer.parseInt(n);
        pickleInt(pickle, stride);
      }
      pickle.writeBytes(new byte[] {'t', (byte) 0x89});
      pickleGlobal(pickle, "collections", "OrderedDict");
      pickle.writeBytes(new byte[] {')', 'R', 't', 'R'});
      records.put("archive/data/" + storage, DType.F32.fromFloats(tensor.getValue()));
      storage++;
    }
    pickle.writeBytes(new byte[] {'u', '.'});
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      stored(zip, "archive/data.pkl", pickle.toByteArray());
      for (Map.Entry<String, byte[]> entry : records.entrySet()) {
        stored(zip, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static void pickleGlobal(ByteArrayOutputStream out, String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void pickleText(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    littleEndian(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void pickleInt(ByteArrayOutputStream out, int value) {
    out.write('J');
    littleEndian(out, value);
  }

  private static void littleEndian(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }

  /** Writes the tensors as two safetensors shards with their index. */
  public static void sharded(Path folder, String name, Map<String, float[]> tensors)
      throws IOException {
    List<Map<String, float[]>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    int count = 0;
    for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
      shards.get(count++ < tensors.size() / 2 ? 0 : 1).put(tensor.getKey(), tensor.getValue());
    }
    List<String> places = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      String file = "%s-%05d-of-00002.safetensors".formatted(name, s + 1);
      safetensors(folder.resolve(file), shards.get(s));
      for (String key : shards.get(s).keySet()) {
        places.add("\"%s\": \"%s\"".formatted(key.split(":", 2)[0], file));
      }
    }
    Files.writeString(
        folder.resolve(name + ".safetensors.index.json"),
        "{\"metadata\": {}, \"weight_map\": {%s}}".formatted(String.join(", ", places)));
  }
}
