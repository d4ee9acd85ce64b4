package org.zoopress.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Copies of models on an executor's own disk, for a runtime that reads nothing else. */
public final class LocalFiles {
  private LocalFiles() {}

  /**
   * Copies a model's files, which keep their relative places, and returns the main one.
   *
   * @param files qualified paths, the main file first
   * @param folder a local folder, created if missing
   */
  public static java.nio.file.Path fetch(
      Configuration conf, List<String> files, java.nio.file.Path folder) throws IOException {
    Path main = new Path(files.get(0));
    String base = main.getParent().toString();
    java.nio.file.Path first = null;
    for (String file : files) {
      String relative =
          file.startsWith(base + "/")
              ? file.substring(base.length() + 1)
              : new Path(file).getName();
      java.nio.file.Path target = folder.resolve(relative).normalize();
      if (!target.startsWith(folder)) {
        throw new IOException("path " + relative + " leads out of the task's folder");
      }
      Files.createDirectories(target.getParent());
      Path source = new Path(file);
      try (InputStream in = source.getFileSystem(conf).open(source)) {
        Files.copy(in, target);
      }
      first = first == null ? target : first;
    }
    return first;
  }

  /** Deletes a local folder with everything in it. */
  public static void delete(java.nio.file.Path folder) throws IOException {
    try (Stream<java.nio.file.Path> files = Files.walk(folder)) {
      for (java.nio.file.Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
