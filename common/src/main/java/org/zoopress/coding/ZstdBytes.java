package org.zoopress.coding;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/** zstd frames of a length that the caller knows. */
public final class ZstdBytes {
  private ZstdBytes() {}

  /** A frame with the bytes. */
  public static byte[] compress(byte[] bytes, int level) {
    return Zstd.compress(bytes, level);
  }

  /**
   * Inverse of {@link #compress}.
   *
   * @throws CorruptDataException unless the frame holds exactly {@code length} bytes
   */
  public static byte[] decompress(byte[] frame, int length) {
    byte[] bytes = new byte[length];
    long found;
    try {
      found = Zstd.decompress(bytes, frame);
    } catch (ZstdException e) {
      throw new CorruptDataException("zstd frame: " + e.getMessage());
    }
    if (found != length) {
      throw new CorruptDataException(
          "zstd frame of %d bytes, expected %d".formatted(found, length));
    }
    return bytes;
  }
}
