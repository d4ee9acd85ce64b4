package org.zoopress.zoo;

import org.zoopress.coding.ByteWriter;

/**
 * Bytes as text that can be read and compared: characters stand for themselves, {@code \n} and two
 * hexadecimal digits behind a backslash for others; line breaks are not part of it.
 */
final class PrimerText {
  private PrimerText() {}

  static byte[] parse(String text) {
    ByteWriter bytes = new ByteWriter();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        bytes.writeByte(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else if (c != '\n') {
        bytes.writeByte(c);
      }
    }
    return bytes.toByteArray();
  }
}
