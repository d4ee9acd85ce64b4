package org.zoopress.evaluate;

import java.util.stream.Stream;

/** Lexical check of the paths that descriptors and tables give; links are the folder's business. */
final class RelativePath {
  private RelativePath() {}

  /** Whether a path stays below the folder it is relative to, on every file system. */
  static boolean isInside(String path) {
    return !path.isEmpty()
        && !path.startsWith("/")
        && path.chars().noneMatch(c -> c == '\\' || c == ':' || c < ' ')
        && Stream.of(path.split("/", -1)).noneMatch(part -> part.equals(".."));
  }

  /** {@code path} below {@code folder}, without {@code .} parts and doubled or closing slashes. */
  static String below(String folder, String path) {
    return String.join(
        "/",
        Stream.of((folder + "/" + path).split("/", -1))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .toList());
  }
}
