package org.zoopress.zoo;

import java.nio.charset.StandardCharsets;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;

/** Texts in the compact forms of skeletons: bytes, one in each character, ended by a zero. */
final class SkeletonBytes {
  private SkeletonBytes() {}

  static void writeText(ByteWriter out, String text) throws NotExpressibleException {
    if (text.indexOf(0) >= 0) {
      throw new NotExpressibleException("a zero in a text");
    }
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    out.writeByte(0);
  }

  static String readText(ByteReader in) {
    StringBuilder text = new StringBuilder();
    for (int b = in.readByte(); b != 0; b = in.readByte()) {
      text.append((char) b);
    }
    return text.toString();
  }
}
