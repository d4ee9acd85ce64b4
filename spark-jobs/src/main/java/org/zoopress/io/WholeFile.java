package org.zoopress.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that are there whole or not at all. A driver or an executor may be killed at any moment, so
 * nothing is written under its own name: content goes to a partial file beside it, which gets the
 * name at the end.
 *
 * <p>Two attempts of one task may write the same file at once. Each has a partial file of its own,
 * and the last one to finish wins.
 */
public final class WholeFile {
  private WholeFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** The stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, replacing one of that name. After an error what was there before is there still,
   * and nothing else is left.
   *
   * @param file its folder is created if missing
   */
  public static void write(FileSystem fs, Path file, Content content) throws IOException {
    Path partial = partial(file);
    boolean done = false;
    try {
      try (OutputStream out = fs.create(partial, false)) {
        content.writeTo(out);
      }
      complete(fs, partial, file);
      done = true;
    } finally {
      if (!done) {
        fs.delete(partial, false);
      }
    }
  }

  /** A new name beside the file; hidden, so that listings pass over what a killed task left. */
  static Path partial(Path file) {
    return new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + ".partial");
  }

  /**
   * Gives a partial file its name, replacing what was there.
   *
   * @throws IOException if the file system refuses
   */
  static void complete(FileSystem fs, Path partial, Path file) throws IOException {
    if (!fs.rename(partial, file)) {
      fs.delete(file, false); // not every file system replaces a file by a rename
      if (!fs.rename(partial, file)) {
        throw new IOException("cannot create " + file);
      }
    }
  }
}
