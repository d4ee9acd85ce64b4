package org.zoopress.zoo;

import org.zoopress.error.BadModelException;

/**
 * Paths inside a zoo, with {@code /} between the names. A model may name other files (shards,
 * external data), so every path is taken as hostile.
 */
public final class ZooPaths {
  private static final String REMEDY =
      "Keep all files of a model inside the zoo and name them by relative paths";

  private ZooPaths() {}

  /**
   * Returns the path if it names something below the zoo's folder by its text alone; links are the
   * business of {@link ModelFolder}.
   *
   * @throws BadModelException for an empty or absolute path, a backslash, a NUL, an empty name,
   *     {@code .} or {@code ..}
   */
  public static String check(String path) {
    if (path.isEmpty()) {
      throw new BadModelException("''", "the path is empty", REMEDY);
    }
    if (path.startsWith("/")) {
      throw new BadModelException(path, "the path is absolute", REMEDY);
    }
    if (path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
      throw new BadModelException(
          path.replace("\0", "\\0"), "the path has a backslash or a NUL in it", REMEDY);
    }
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        throw new BadModelException(path, "the path leads upwards by '..'", REMEDY);
      }
      if (name.isEmpty() || name.equals(".")) {
        throw new BadModelException(path, "the path has an empty name or '.' in it", REMEDY);
      }
    }
    return path;
  }

  /**
   * The path in the zoo of a file that the file {@code from} names relative to its own folder.
   *
   * @throws BadModelException as {@link #check}, naming {@code from} and what it asked for
   */
  static String sibling(String from, String relative) {
    String plain = relative.startsWith("./") ? relative.substring(2) : relative;
    try {
      check(plain);
    } catch (BadModelException e) {
      throw new BadModelException(
          from,
          "it refers to the file '%s' outside of the model's folder".formatted(relative),
          REMEDY);
    }
    return check(from.substring(0, from.lastIndexOf('/') + 1) + plain);
  }
}
