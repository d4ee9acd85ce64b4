package org.zoopress.zoo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.zoopress.error.BadModelException;

/** Recognises what often lies in place of a model, so that the message says what happened. */
final class FileSniffer {
  private static final int PREFIX_BYTES = 64;

  private FileSniffer() {}

  /** Throws if the file is empty, a git-lfs pointer or a web page. */
  static void check(ByteSource source) throws IOException {
    int length = (int) Math.min(PREFIX_BYTES, source.length());
    if (length == 0) {
      throw new BadModelException(source.path(), "the file is empty", TensorChecks.REMEDY);
    }
    byte[] prefix = new byte[length];
    source.readFully(0, prefix, 0, length);
    String text = new String(prefix, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      throw new BadModelException(
          source.path(),
          "it is a git-lfs pointer, not the model itself",
          "Fetch the file with 'git lfs pull'");
    }
    String start = text.stripLeading();
    if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
      throw new BadModelException(
          source.path(),
          "it is a web page, not a model",
          "Download the file itself instead of the page about it");
    }
  }
}
