package org.zoopress.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.error.UserInputException;

/** Reads a profile from a local file or, with a scheme such as {@code hdfs://}, from anywhere. */
final class ProfileFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final String HADOOP_PREFIX = "spark.hadoop.";

  private ProfileFile() {}

  /**
   * @param sparkConf its {@code spark.hadoop.} entries configure the file system
   * @throws UserInputException if the file cannot be read
   */
  static String read(String name, Map<String, String> sparkConf) {
    byte[] bytes;
    try (InputStream in = open(name, sparkConf)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserInputException(
          "Cannot read profile %s: %s. Name a YAML file that exists, or one of the shipped profiles."
              .formatted(name, e),
          e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new UserInputException(
          "Cannot read profile %s: it is larger than %d bytes. Name a YAML file of settings."
              .formatted(name, MAX_BYTES));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static InputStream open(String name, Map<String, String> sparkConf) throws IOException {
    if (!name.contains("://")) {
      return Files.newInputStream(java.nio.file.Path.of(name));
    }
    Configuration hadoop = new Configuration();
    sparkConf.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP_PREFIX)) {
            hadoop.set(key.substring(HADOOP_PREFIX.length()), value);
          }
        });
    Path path = new Path(name);
    return path.getFileSystem(hadoop).open(path);
  }
}
