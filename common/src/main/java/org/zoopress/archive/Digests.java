package org.zoopress.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in hexadecimal unless said. */
public final class Digests {
  private Digests() {}

  /** Digest of the bytes, as 32 bytes. */
  public static byte[] sha256Bytes(byte[] bytes) {
    return newSha256().digest(bytes);
  }

  /**
   * Digest of texts, each followed by a zero byte, so that no two lists collide by concatenation.
   */
  public static String sha256(Iterable<String> texts) {
    MessageDigest digest = newSha256();
    for (String text : texts) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
