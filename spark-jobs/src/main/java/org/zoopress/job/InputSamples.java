package org.zoopress.job;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.allocate.UnitSolver;
import org.zoopress.config.Keys;
import org.zoopress.config.Settings;
import org.zoopress.datafree.Samples;
import org.zoopress.evaluate.DataDescriptor;
import org.zoopress.evaluate.DataSet;
import org.zoopress.evaluate.SampleBatchSource;
import org.zoopress.io.HadoopModelFolder;
import org.zoopress.method.MethodId;

/**
 * The unlabelled samples that layer inputs come from and that networks take as probes, as {@code
 * inputs.*} name them.
 *
 * @param data qualified path of the descriptor
 * @param samples how many of its first samples are used
 * @param hash of these samples as networks get them: of files and preprocessing alike
 * @param maxColumns bound of a layer's inputs an output
 */
record InputSamples(
    Path data, DataDescriptor descriptor, long samples, String hash, int maxColumns) {

  /**
   * Opens the data set and reads its samples once.
   *
   * @return empty if the settings name none, or no enabled method makes use of them
   * @throws org.zoopress.error.UserInputException if the descriptor or its files are unusable
   */
  static Optional<InputSamples> of(Configuration conf, Settings settings) throws IOException {
    String path = settings.get(Keys.INPUTS_DATA);
    boolean used =
        UnitSolver.usesInputs(settings)
            || settings.get(Keys.METHODS).contains(MethodId.SECOND_ORDER);
    if (path.isEmpty() || !used) {
      return Optional.empty();
    }
    Path data = OpenRun.qualified(conf, path);
    HadoopModelFolder folder = new HadoopModelFolder(conf, data.getParent());
    DataDescriptor descriptor = DataDescriptor.read(folder, data.getName());
    DataSet set = DataSet.open(descriptor, folder);
    long samples = Math.min(set.size(), settings.get(Keys.INPUTS_SAMPLES));
    return Optional.of(
        new InputSamples(
            data, descriptor, samples, hash(set, samples), settings.get(Keys.INPUTS_MAX_COLUMNS)));
  }

  /** What a run's request and the names of staged files depend on. */
  String fingerprint() {
    return "inputs %s of %d samples, at most %d columns, for %s"
        .formatted(hash, samples, maxColumns, descriptor.models());
  }

  /** The samples for a network as a whole; null if the descriptor is not for its model. */
  Reference of(String model) {
    return descriptor.appliesTo(model)
        ? new Reference(data.toString(), Math.toIntExact(samples), hash)
        : null;
  }

  /**
   * What goes to the task of a network.
   *
   * @param data path of the descriptor
   */
  record Reference(String data, int samples, String hash) implements Serializable {
    Samples open(Configuration conf) throws IOException {
      Path path = new Path(data);
      HadoopModelFolder folder = new HadoopModelFolder(conf, path.getParent());
      return new Samples(
          DataSet.open(DataDescriptor.read(folder, path.getName()), folder), samples, hash);
    }
  }

  private static String hash(DataSet set, long samples) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update(set.shape().toString().getBytes(StandardCharsets.UTF_8));
    ByteBuffer bytes =
        ByteBuffer.allocate(set.shape().elements() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer pixels = bytes.asFloatBuffer();
    try (SampleBatchSource source = set.shard(0, samples)) {
      int[] classes = new int[1];
      while (source.read(pixels.clear(), classes) > 0) {
        digest.update(bytes.array());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
