package org.zoopress.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.io.WholeFile;

/**
 * A record that an attempt of a run leaves to the next, whole or not at all: a driver may be killed
 * at any moment.
 */
record StagedJson<T>(FileSystem fs, Path file, Class<T> type) {
  private static final JsonMapper JSON = new JsonMapper();

  /** What was left; empty if nothing was. */
  Optional<T> read() throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), type));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Leaves it. */
  void write(T content) throws IOException {
    byte[] json = JSON.writeValueAsBytes(content);
    WholeFile.write(fs, file, out -> out.write(json));
  }
}
